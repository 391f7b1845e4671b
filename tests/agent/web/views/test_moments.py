from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import UnknownRun
from agent.records.runs import Run
from agent.web.views.moments import MOST_MOMENTS, moments_view, practice_runs


@pytest.fixture
def run(tmp_path: Path) -> Run:
    run = Run.create(tmp_path, command="practice", game="toy", seed=0, config={})
    run.event("proposed", tasks=["gather", "build_bench"])
    effects = {"requires": {}, "consumes": {}, "holds": {}, "obtains": {"wood": 1}}
    for _ in range(2):  # as a session that was killed and goes on
        run.event("claimed", skill="gather", effects=effects, claim="", answer_id="a")
    run.event("admitted", skill="gather", version=1)
    run.event("corrected", skill="build_bench", fact="wood", text="claimed 1 wood, play found 2")
    run.event("tried", skill="gather")
    run.close()
    return run


def test_the_moments_of_a_run_in_order(run: Run) -> None:
    found = moments_view(run.path.parent, run.name)
    kinds = [(moment["kind"], moment["skills"]) for moment in found["moments"]]
    assert kinds == [
        ("proposed", ["gather", "build_bench"]),
        ("claimed", ["gather"]),
        ("admitted", ["gather"]),
        ("corrected", ["build_bench"]),
    ]
    assert found["moments"][3]["fact"] == "wood"
    assert found["moments"][3]["text"] == "build_bench: claimed 1 wood, play found 2"
    times = [moment["t"] for moment in found["moments"]]
    assert times == sorted(times)


def test_a_torn_last_line_is_left_out(run: Run) -> None:
    with (run.path / "events.jsonl").open("a") as file:
        file.write('{"kind": "admitted", "ski')
    assert len(moments_view(run.path.parent, run.name)["moments"]) == 4


def test_hostile_and_endless_events_are_bounded(run: Run) -> None:
    with Run(run.path) as again:
        again.event("admitted", skill={"not": "a name"}, version=1)
        again.event("proposed", tasks="not a list")
        again.event("corrected", skill="<b>" * 1000, fact="\x1b[31m", text="x" * 100_000)
    found = moments_view(run.path.parent, run.name)["moments"]
    assert found[4]["skills"] == []
    assert len(found[-1]["text"]) < 1000
    assert "\x1b" not in found[-1]["fact"]
    assert MOST_MOMENTS == 2_000


def test_runs_of_practice_on_a_game_are_listed(run: Run, tmp_path: Path) -> None:
    Run.create(tmp_path, command="solve", game="toy", seed=0, config={}).close()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    assert [entry["name"] for entry in practice_runs(tmp_path, "toy")] == [run.name]
    assert practice_runs(tmp_path, "crafter") == []
    assert practice_runs(tmp_path / "nowhere", "toy") == []


def test_no_such_run(tmp_path: Path) -> None:
    with pytest.raises(UnknownRun):
        moments_view(tmp_path, "../etc")


@pytest.mark.parametrize("effects", ['{"requires": [[]]}', "[]", "7", "null"])
def test_a_claim_of_another_form_leaves_the_others(run: Run, effects: str) -> None:
    with (run.path / "events.jsonl").open("a") as file:
        file.write(f'{{"kind": "claimed", "skill": "eat", "effects": {effects}, "at": [1]}}\n')
    assert [moment["kind"] for moment in moments_view(run.path.parent, run.name)["moments"]][4:] == [
        "claimed"
    ]
