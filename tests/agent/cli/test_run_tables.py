import io

from rich.console import Console

from agent.cli.run_tables import film_lines, run_tables
from agent.records.summary import RunSummary

SUMMARY = RunSummary(
    name="x-3f9a2c", command="practice", game="toy", goal="", created="2026-11-27T02:27:57.008Z",
    duration_s=3.0, status="done", result="",
)  # fmt: skip


def shown(result: dict[str, object]) -> str:
    record = {
        "config": {}, "events": {"started": 1}, "course": {"told": []}, "versions": {}, "machine": {},
        "config_hash": "", "result": result,
    }  # fmt: skip
    console = Console(file=io.StringIO(), width=80)
    for table in run_tables(record, SUMMARY):
        console.print(table)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_parts_of_a_result_that_say_nothing_are_left_out() -> None:
    text = shown({"proposals": {"asked": 1, "taken": ["eat"], "refused": {}}, "monitors": {}})
    assert "asked 1, taken eat" in text
    assert "refused" not in text and "monitors" not in text


def test_paths_of_films_stand_outside_the_tables_and_whole() -> None:
    path = f"runs/{'long' * 30}/media/episode-001.mp4"
    assert "episode-001" not in shown({"films": [path], "n": 1})
    assert list(film_lines({"films": [path]})) == [f"film {path}"]
    assert list(film_lines({})) == list(film_lines({"films": 3})) == []


def test_a_title_longer_than_its_table_keeps_to_one_row() -> None:
    assert "What happened, and how often" in shown({})
