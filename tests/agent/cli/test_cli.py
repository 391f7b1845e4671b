import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import typer

from agent.cli import main
from agent.cli.app import app
from agent.cli.app import command as command_tree
from agent.errors import UnknownRun
from agent.evaluation.suites.suite import load_suite
from agent.play.load import load_kit
from agent.records.runs import Run
from planners.graph.graph import SkillGraph
from skills.skill import SkillStats
from skills.store.store import SkillLibrary
from tests.agent.toy_library import build_toy_library


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder and on a wide terminal, without a shipped library."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("agent.play.libraries.shipped_library", lambda: tmp_path / "no-starter")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of two scripted skills for the toy game, in ./library."""
    root = tmp_path / "library"
    build_toy_library(root)
    return root


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def document(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    found, out, err = call(capsys, *arguments, "--json")
    assert found == code, err
    return json.loads(out)


@pytest.mark.slow
def test_help_loads_nothing_heavy() -> None:
    heavy = "torch stable_baselines3 langchain langchain_core crafter numba numpy networkx pydantic gymnasium"
    script = (
        "import sys\nfrom agent.cli import main\n"
        "code = main(['--help'])\n"
        f"print('LOADED', [name for name in {heavy.split()!r} if name in sys.modules], code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "LOADED [] 0" in done.stdout
    for command in ("practice", "solve", "plan", "graph", "skills", "eval", "runs", "doctor"):
        assert command in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["practice"],
        ["solve"],
        ["plan"],
        ["graph"],
        ["graph", "import"],
        ["eval"],
        ["doctor"],
        ["runs", "list"],
        ["runs", "show"],
        ["runs", "replay"],
        ["runs", "pause"],
        ["runs", "resume"],
        ["runs", "stop"],
        ["runs", "queue"],
        ["skills", "list"],
        ["skills", "show"],
        ["skills", "verify"],
        ["skills", "export"],
        ["skills", "import"],
        ["skills", "retire"],
        ["skills", "restore"],
    ],
)
def test_every_command_has_help_with_examples_and_json(
    capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    code, out, _ = call(capsys, *command, "--help")
    assert code == 0
    assert "--json" in out
    examples = out.partition("Examples:")[2].split("\n")
    assert [line for line in examples if line.strip().startswith(f"journeyman {command[0]}")]


@pytest.mark.parametrize("command", ["solve", "plan"])
def test_a_typing_error_is_found_before_anything_heavy_is_loaded(command: str, library: Path) -> None:
    heavy = "torch stable_baselines3 langchain_core crafter numba gymnasium envs.toy.game envs.crafter.game"
    script = (
        "import sys\nfrom agent.cli import main\n"
        f"code = main([{command!r}, 'xyzzy', '--game', 'toy'])\n"
        f"print('LOADED', [name for name in {heavy.split()!r} if name in sys.modules], code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "LOADED [] 2\n"
    assert "no goal 'xyzzy'. Skills: gather, build_bench." in done.stderr
    hint = {"solve": "--llm", "plan": "journeyman solve --llm"}[command]
    assert f"A live model understands other words: {hint} PROVIDER:MODEL." in done.stderr
    assert not Path("runs").exists()


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "--version")
    assert code == 0
    assert out.startswith("journeyman 0.")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["plan", "wood", "--game", "crafer"], 2, "no game 'crafer'; did you mean 'crafter'"),
        (["skills", "list", "--game", "toi"], 2, "no game 'toi'; did you mean 'toy'?"),
        (["eval", "judge", "-n", "3"], 2, "eval judge takes no --episodes: its questions are fixed"),
        (["eval", "crafter-scor"], 2, "no suite 'crafter-scor'; did you mean 'crafter-score'"),
        (["runs", "show", "x"], 2, "no run 'x' in 'runs'; runs: none yet"),
        (["practice", "--resume", "x"], 2, "no run 'x' in 'runs'"),
        (
            ["practice", "--budget-steps", "0"],
            2,
            "budget_steps is 0; expected a positive number of game steps, e.g. --budget-steps 200000",
        ),
        (["practice", "--set", "budgt_steps=4"], 2, "no setting 'budgt_steps'; did you mean 'budget_steps'"),
        (["practice", "--preset", "quik"], 2, "no preset 'quik' for practice; did you mean 'quick'?"),
        (["plan", "wood", "--graph", "none.json"], 2, "none.json: cannot be read: No such file"),
        (
            ["solve", "wood", "--game", "toy"],
            3,
            "holds a skill for 'toy'; learn some with: journeyman practice --game toy",
        ),
        (
            ["solve", "wood", "--game", "toy", "--library", "mine"],
            3,
            "'mine' holds no skill for 'toy'; learn some with: journeyman practice --game toy --library mine",
        ),
        (["graph", "--game", "toy"], 3, "neither ./library nor the starter library holds a skill for 'toy'"),
    ],
)
def test_errors_are_one_line_on_stderr(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    found, out, err = call(capsys, *arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert err.count("\n") == 1
    assert err.startswith("journeyman: ")


@pytest.mark.parametrize("value", ["many", "1.5", "", "9" * 5000])
def test_numbers_that_are_none_are_told_in_plain_words(
    capsys: pytest.CaptureFixture[str], value: str
) -> None:
    code, out, err = call(capsys, "solve", "x", "--episodes", value)
    assert (code, out) == (2, "")
    last = err.splitlines()[-1]
    assert last.startswith("journeyman: Invalid value for '--episodes' / '-n': ")
    assert last.endswith("; expected a whole number") and len(last) < 200


def test_what_is_near_a_goal_is_in_the_document_too(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    refused = document(capsys, "plan", "build a golden bench", "--game", "toy", code=2)["error"]
    assert "'golden' is left over; near: build_bench" in refused["message"]
    assert refused["did_you_mean"][0] == "build_bench"
    assert ". A live model understands other words: " in refused["message"]


def test_help_is_offered_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\nTry 'journeyman --help'.\n" in call(capsys, "frobnicate")[2]
    assert "\nTry 'journeyman --help', or 'journeyman runs --help'.\n" in call(capsys, "runs", "x")[2]


@pytest.mark.slow
def test_usage_errors_end_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["frobnicate"],
        ["plan"],
        ["solve", "x", "--episodes", "many"],
        ["runs", "list", "--jsn"],
    ):
        code, out, err = call(capsys, *arguments)
        assert (code, out) == (2, "")
        assert "Traceback" not in err


def test_plan(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    plan = document(capsys, "plan", "build_bench", "--game", "toy")
    assert plan["goal"] == "build_bench"
    assert plan["steps"] == ["gather", "gather", "build_bench"]
    assert plan["missing"] == {}
    # Three executions, each with posterior mean (9 + 1) / (10 + 2): (10/12)^3 = 0.578704.
    assert plan["success_probability"] == pytest.approx(0.578704, abs=1e-6)
    assert set(plan) == {
        "goal", "understood", "understood_as", "steps", "missing", "hoped", "expected_steps",
        "success_probability", "groups", "in_play", "measured", "over",
    }  # fmt: skip
    assert [(group["skill"], group["times"]) for group in plan["groups"]] == [
        ("gather", 2),
        ("build_bench", 1),
    ]
    assert sum(group["expected_steps"] for group in plan["groups"]) == pytest.approx(
        plan["expected_steps"], abs=0.02
    )
    assert plan["groups"][0]["success_rate"] == pytest.approx(10 / 12, abs=1e-4)
    assert plan["in_play"] is None
    assert plan["measured"] == {"why_not": "not measured"}
    assert plan["understood"] == {"near.bench": 1, "did.place_bench": 1}
    for more in (["--have", "wood=1"], ["--search", "decompose", "--have", "wood=1,near.bench=0"]):
        assert document(capsys, "plan", "build_bench", "--game", "toy", *more)["steps"] == [
            "gather",
            "build_bench",
        ]
    code, out, _ = call(capsys, "plan", "build_bench", "--game", "toy")
    assert code == 0
    assert "gather x2" in out
    assert "all at the first attempt: 58 %" in out
    assert "dangers, hunger and nights are not in this" in out
    assert out.startswith("understood as: ")


def test_plan_says_what_is_missing(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    plan = document(capsys, "plan", "gem=1", "--game", "toy", code=1)
    assert plan["missing"] == {"gem": 1}
    code, out, _ = call(capsys, "plan", "gem=1", "--game", "toy")
    assert code == 1
    assert "understood as: 1 gem\n" in out
    assert "missing: 1 of gem" in out


def test_plan_tells_where_a_goal_holds_already(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    code, out, _ = call(capsys, "plan", "2 wood", "--game", "toy", "--have", "wood=2")
    assert (code, out) == (0, "understood as: 2 wood\nnothing to do: it holds at the start\n")


def test_what_was_typed_is_shown_as_it_is(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    code, _, err = call(capsys, "plan", "[/red]\x1b unicorn", "--game", "toy")
    assert code == 2
    assert "no goal '[/red]\\x1b unicorn'" in err and "\x1b" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["buid_bnch_xyzzy"], "no goal 'buid_bnch_xyzzy'"),
        (
            ["build_bench", "--have", "wod=1"],
            "--have 'wod=1': the graph has no fact 'wod'; did you mean 'wood'?",
        ),
        (["build_bench", "--have", "wood"], "--have 'wood'; expected fact=count, e.g. wood=3"),
        (["build_bench", "--have", f"wood={'9' * 5_000}"], "--have 'wood=9999"),
        (["build_bench", "--have", "wood=\u00b2"], "--have 'wood=\u00b2'; expected fact=count"),
        (["build_bench", "--have", "wood=-1"], "--have 'wood=-1'; expected fact=count"),
        (["build_bench", "--have", "wood=²"], "--have 'wood=²'; expected fact=count"),
        (["build_bench", "--have", "wood=" + "9" * 5000], "'; expected a count below 1,000,000,000"),
        (["build_bench", "--have", "wood=1", "--have", "wood=2"], "--have names wood twice, as 1 and as 2"),
        (["build_bench", "--have", "wood=99"], "--have 'wood=99' can never be; wood is at most 9"),
        (["build_bench", "--search", "chep"], "'--search': 'chep' is not one of 'cheapest', 'decompose'"),
    ],
)
def test_bad_plans(
    capsys: pytest.CaptureFixture[str], library: Path, arguments: list[str], message: str
) -> None:
    code, out, err = call(capsys, "plan", *arguments, "--game", "toy")
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.slow
def test_graph_in_every_form(capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path) -> None:
    graph = document(capsys, "graph", "--game", "toy")
    assert {node["name"] for node in graph["nodes"] if node["type"] == "skill"} == {"gather", "build_bench"}
    assert SkillGraph.from_json(graph).belief("build_bench").consumes == {"wood": 2}
    code, out, _ = call(capsys, "graph", "--game", "toy", "--graphml")
    assert code == 0
    (tmp_path / "g.graphml").write_text(out)
    imported = document(capsys, "graph", "import", "g.graphml", "--output", "g.json")
    assert (imported["skills"], imported["output"]) == (2, "g.json")
    plan = document(capsys, "plan", "build_bench", "--graph", "g.json")
    assert plan["steps"] == ["gather", "gather", "build_bench"]
    code, out, _ = call(capsys, "graph", "--game", "toy")
    assert code == 0
    assert "build_bench" in out


def test_the_page_is_one_file(capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path) -> None:
    code, out, err = call(capsys, "graph", "--game", "toy", "--html", "page.html")
    assert (code, out) == (0, "")
    assert "wrote page.html" in err
    page = (tmp_path / "page.html").read_text()
    assert "build_bench" in page
    code, out, _ = call(capsys, "graph", "--game", "toy", "--html", "page.html", "--json")
    assert code == 0
    assert json.loads(out)["schema"] == 1


def test_a_page_that_cannot_be_written_is_named(
    capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = call(capsys, "graph", "--game", "toy", "--html", "file/page.html")
    assert code == 2
    assert "file" in err


def test_a_bad_import_keeps_what_was_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("precious")
    (tmp_path / "bad.json").write_text('{"nodes": 3}')
    code, _, err = call(capsys, "graph", "import", "bad.json", "--output", "out.json")
    assert code == 2
    assert "bad.json" in err
    assert (tmp_path / "out.json").read_text() == "precious"


@pytest.mark.slow
def test_skills(capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path) -> None:
    listed = document(capsys, "skills", "list", "--game", "toy")
    assert [skill["name"] for skill in listed["skills"]] == ["build_bench", "gather"]
    # Wilson, 9 of 10: [0.5958, 0.9821].
    assert listed["skills"][0]["ci95"] == [0.5958, 0.9821]
    shown = document(capsys, "skills", "show", "gather", "--game", "toy")
    assert {(each["role"], each["fact"]) for each in shown["beliefs"]} >= {("obtains", "wood")}
    assert all(each["claimed"] or each["believed"] for each in shown["beliefs"])
    assert shown["effects"]["obtains"] == {"did.collect_wood": 1, "wood": 1}
    code, _, err = call(capsys, "skills", "show", "gathr", "--game", "toy")
    assert code == 2
    assert "did you mean 'gather'" in err
    exported = document(capsys, "skills", "export", "all.zip", "--game", "toy")
    assert exported["skills"] == ["build_bench", "gather"]
    imported = document(capsys, "skills", "import", "all.zip", "--game", "toy", "--library", "other")
    assert sorted(imported["installed"]) == ["build_bench/v1", "gather/v1"]
    again = document(capsys, "skills", "import", "all.zip", "--game", "toy", "--library", "other")
    assert (again["installed"], sorted(again["present"])) == ([], ["build_bench/v1", "gather/v1"])
    for command in (["list"], ["show", "gather"], ["verify"]):
        code, out, _ = call(capsys, "skills", *command, "--game", "toy", "--library", "other")
        assert code == 0
        assert out


def test_a_skill_is_shown_in_tables_that_fit(
    capsys: pytest.CaptureFixture[str], library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = call(capsys, "skills", "show", "gather", "--game", "toy")
    assert code == 0
    for said in ("What it needs and brings", "claimed", "believed", "brings", "wood", "on fresh seeds"):
        assert said in out
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    (library / "toy" / "graph.json").unlink()
    code, out, _ = call(capsys, "skills", "show", "gather", "--game", "toy")
    assert code == 0
    assert "as admitted" in out


def test_statistics_of_use_are_shown(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    SkillLibrary(library, "toy").add_use("gather", SkillStats(successes=3, failures=1, unclear=1, steps=40))
    listed = document(capsys, "skills", "list", "--game", "toy")
    assert [skill["use"]["successes"] for skill in listed["skills"]] == [0, 3]
    assert listed["skills"][1]["successes"] == 9  # the trials, as before
    shown = document(capsys, "skills", "show", "gather", "--game", "toy")
    assert shown["use"] == {"successes": 3, "failures": 1, "unclear": 1, "steps": 40}
    assert shown["stats"]["successes"] == 9 and shown["retired"] is None
    _, out, _ = call(capsys, "skills", "show", "gather", "--game", "toy")
    assert re.search(r"in use +│ 3 of 4, 1 unclear", out)
    _, out, _ = call(capsys, "skills", "list", "--game", "toy")
    assert "not yet" in out


def test_a_retired_skill_is_left_out_until_it_is_restored(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    record = document(capsys, "skills", "retire", "gather", "--reason", "too slow", "--game", "toy")
    assert (record["skill"], record["retired"]["reason"]) == ("gather", "too slow")
    listed = document(capsys, "skills", "list", "--game", "toy")
    assert [skill["name"] for skill in listed["skills"]] == ["build_bench"]
    assert listed["retired"] == {"gather": "too slow"}
    assert list(load_kit(library, "toy").skills) == ["build_bench"]
    _, out, _ = call(capsys, "skills", "list", "--game", "toy")
    assert "retired: gather (too slow)" in out
    _, out, _ = call(capsys, "skills", "show", "gather", "--game", "toy")
    assert "too slow" in out
    assert document(capsys, "skills", "verify", "--game", "toy")["problems"] == []
    assert document(capsys, "skills", "restore", "gather", "--game", "toy")["restored"]
    assert list(load_kit(library, "toy").skills) == ["build_bench", "gather"]
    _, out, _ = call(capsys, "skills", "restore", "gather", "--game", "toy")
    assert out == "gather is in use: it was not retired\n"
    _, out, _ = call(capsys, "skills", "retire", "gather", "--game", "toy")
    assert "journeyman skills restore gather" in out
    _, out, _ = call(capsys, "skills", "retire", "gather", "--game", "toy")
    assert out.startswith("gather is retired already; use it again with: journeyman skills restore gather")
    _, _, err = call(capsys, "skills", "restore", "nope", "--game", "toy", "--library", str(library))
    assert f"--library {library}" in err


def test_the_starter_library_is_left_as_it_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    build_toy_library(tmp_path / "no-starter")
    code, _, err = call(capsys, "skills", "retire", "gather", "--game", "toy")
    assert code == 2
    assert "the starter library is left as it is; name one of your own with --library" in err


def test_verify_finds_a_changed_file(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    assert document(capsys, "skills", "verify", "--game", "toy")["problems"] == []
    record = library / "toy" / "gather" / "v1" / "skill.json"
    record.write_text(record.read_text().replace("for the test", "for the best"))
    report = document(capsys, "skills", "verify", "--game", "toy", code=2)
    assert "gather/v1" in report["problems"][0]["path"]
    code, out, err = call(capsys, "skills", "verify", "--game", "toy")
    assert (code, out) == (2, "")
    assert "gather/v1" in err


@pytest.mark.slow
def test_runs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with Run.create(tmp_path / "runs", command="solve", game="toy", seed=4, config={"task": "wood"}) as run:
        run.event("plan", steps=["gather", "build_bench"], answer_id="a1b2")
        run.event("skill", name="gather", success=True, share=0.123456)
        run.finish(successes=1)
    (listed,) = document(capsys, "runs", "list")["runs"]
    assert (listed["name"], listed["status"], listed["seed"]) == (run.name, "done", 4)
    shown = document(capsys, "runs", "show", run.name[-6:])
    assert shown["events"] == {"started": 1, "plan": 1, "skill": 1, "finished": 1}
    assert shown["result"]["successes"] == 1
    assert document(capsys, "runs", "replay", run.name)["events"][1]["answer_id"] == "a1b2"
    _, out, _ = call(capsys, "runs", "replay", run.name)
    assert out.splitlines() == [
        "00:00  started: command solve",
        "00:00  plan: steps gather > build_bench  [answer a1b2]",
        "00:00  skill: name gather, success yes, share 0.1235",
        "00:00  finished",
    ]
    for command in (["list"], ["show", run.name]):
        code, out, _ = call(capsys, "runs", *command)
        assert code == 0
        assert run.name in out


def test_no_runs_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys, "runs", "list") == {"runs": [], "damaged": {}}
    assert call(capsys, "runs", "list")[1].startswith("no runs in 'runs' yet; journeyman practice,")


@pytest.mark.slow
def test_random_baseline_of_a_suite(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ["eval", "crafter-progress", "--baseline", "random", "--episodes", "2", "--workers", "1"]
    report = document(capsys, *arguments)
    assert set(report) == {"suite", "n", "metrics"}
    assert (report["suite"], report["n"]) == ("crafter-progress", 2)
    assert 0 <= report["metrics"]["progress"]["mean"] <= 100
    assert len([name for name in report["metrics"] if name.startswith("unlocked/")]) == 22
    (run,) = document(capsys, "runs", "list")["runs"]
    code, out, err = call(capsys, "eval", "crafter-progress", "--resume", run["name"])
    assert code == 0, err
    assert "Grok-4" in out
    assert "57.3" in out
    assert "n = 2" in out
    assert (out + err).count(run["name"]) == 1
    assert (out + err).count(load_suite("crafter-progress").title) == 1
    (ours,) = (line for line in out.splitlines() if "random actions, measured now" in line)
    head = next(line for line in out.splitlines() if "reward per episode" in line)
    assert head.replace("┃", "│").count("│") == ours.count("│")
    assert "journeyman eval crafter-progress --episodes 2 --seed 0 --baseline random" in out
    code, _, err = call(capsys, "eval", "crafter-score", "--resume", run["name"])
    assert code == 2
    assert "plays suite 'crafter-progress'; expected 'crafter-score'" in err


@pytest.mark.slow
def test_a_suite_with_tasks(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ["eval", "balrog-minihack", "--baseline", "random", "--episodes", "1", "--workers", "1"]
    report = document(capsys, *arguments, "--task", "corridor-r3", "--seeds", "practice")
    assert set(report) == {"suite", "n", "metrics", "tasks"}
    assert report["tasks"] == [{"task": "corridor-r3", "n": 1, "not_run": None}]
    names = {f"{task}/{name}" for task in ("corridor-r3", "overall") for name in ("literal", "true")}
    assert set(report["metrics"]) == names | {"corridor-r3/died", "corridor-r3/steps"}
    (run,) = document(capsys, "runs", "list")["runs"]
    code, out, err = call(capsys, "eval", "balrog-minihack", "--resume", run["name"])
    assert code == 0, err
    assert "--baseline random --task corridor-r3 --seeds practice" in out
    assert "best language model" in out
    (ours,) = (line for line in out.splitlines() if "random actions, measured now" in line)
    assert [name for name in ("literal", "true", "died %", "steps") if name not in out] == []
    assert ours.count(" to ") == 4
    code, out, err = call(capsys, *arguments)
    assert code == 0, err
    assert "Mean over the tasks played" in out
    code, _, err = call(capsys, "eval", "balrog-minihack", "--task", "corridor-r4")
    assert code == 2
    assert "no task 'corridor-r4'; did you mean 'corridor-r3'" in err


def test_an_interruption_ends_with_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupt(*arguments: object, **settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("agent.evaluation.evaluate.evaluate", interrupt)
    code, out, err = call(capsys, "eval", "crafter-progress", "--baseline", "random")
    assert (code, out) == (130, "")
    assert "go on with: journeyman eval crafter-progress --resume " in err
    (run,) = (tmp_path / "runs").iterdir()
    assert (run / "events.jsonl").read_text().count('"interrupted"') == 1


def test_a_bug_is_reported_as_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(runs_dir: Path) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("agent.records.runs.list_runs_and_damage", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, out, err = call(capsys, "runs", "list")
    assert (code, out, err.count("\n")) == (70, "", 1)
    assert err.startswith(
        "journeyman: internal error: ZeroDivisionError: a bug; this is a mistake in Journeyman"
    )
    (report,) = tmp_path.glob("journeyman-error-*.txt")
    assert "ZeroDivisionError: a bug" in report.read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "kind", "message", "close"),
    [
        (["plan", "x", "-g", "toi"], 2, "UnknownGame", "no game 'toi'; did you mean 'toy'?", ["toy"]),
        (["runs", "show", "x"], 2, "UnknownRun", "no run 'x' in 'runs'; runs: none yet", []),
        (["solve", "wood", "-g", "toy"], 3, "MissingPrerequisite", "holds a skill for 'toy'", []),
        (["plan"], 2, "Usage", "Missing argument 'goal'.", []),
        (["runs", "lst"], 2, "Usage", "No such command 'lst'", ["list"]),
        (["skill"], 2, "Usage", "No such command 'skill'", ["skills"]),
        (["runs", "list", "--jsn"], 2, "Usage", "No such option: --jsn", ["--json"]),
        (["solve", "x", "--episodes", "many"], 2, "Usage", "Invalid value for '--episodes'", []),
        (["preferences", "--sample", "-1"], 2, "Usage", "Invalid value for '--sample'", []),
        (
            ["practice", "--set", "budgt_steps=4"],
            2,
            "BadConfig",
            "no setting 'budgt_steps'",
            ["budget_steps", "round_steps", "judged_skills"],
        ),
    ],
)
def test_an_error_is_a_document_too(
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    kind: str,
    message: str,
    close: list[str],
) -> None:
    found, out, err = call(capsys, *arguments, "--json")
    assert found == code
    error = json.loads(out)["error"]
    assert set(error) == {"kind", "message", "did_you_mean"}
    assert (error["kind"], error["did_you_mean"]) == (kind, close)
    assert message in error["message"]
    assert f"journeyman: {error['message']}" in err


def test_a_document_that_was_printed_is_the_only_one(
    capsys: pytest.CaptureFixture[str], library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = document(capsys, "plan", "gem=1", "--game", "toy", code=1)
    assert "error" not in plan
    (library / "toy" / "gather" / "v1" / "reward.py.txt").write_text("x = 1")
    assert document(capsys, "skills", "verify", "--game", "toy", code=2)["problems"]


def test_an_error_can_name_its_suggestions_itself(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(runs_dir: Path) -> None:
        error = UnknownRun("no such run")
        error.suggestions = ("a", "b")  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr("agent.records.runs.list_runs_and_damage", fails)
    _, out, _ = call(capsys, "runs", "list", "--json")
    assert json.loads(out)["error"]["did_you_mean"] == ["a", "b"]


def test_messages_are_bounded(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(runs_dir: Path) -> None:
        raise UnknownRun("x" * 10_000_000)

    monkeypatch.setattr("agent.records.runs.list_runs_and_damage", fails)
    code, _, err = call(capsys, "runs", "list")
    assert code == 2
    assert len(err) < 5_000
    assert call(capsys, "runs", "show", "y" * 1_000_000)[0] == 2


def test_documents_hold_no_control_characters(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    evil = "\x1b[2J \x9b2J \u202e \x7f \U000e0041 ü"
    assert (
        main(["skills", "retire", "gather", "--game", "toy", "--library", "library", "--reason", evil]) == 0
    )
    capsys.readouterr()
    _, out, _ = call(capsys, "skills", "list", "--game", "toy", "--library", "library", "--json")
    assert json.loads(out)["retired"] == {"gather": evil}
    assert [c for c in out if not c.isprintable() and c != "\n"] == []
    assert "ü" in out


def test_an_import_says_what_became_of_the_graph(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    assert (
        call(capsys, "skills", "export", "toy.zip", "--game", "toy")[1] == "2 skills exported to 'toy.zip'\n"
    )
    told = call(capsys, "skills", "import", "toy.zip", "--game", "toy", "--library", "new")[1]
    assert "2 skill versions added to 'new'\n" in told
    assert "the skill graph of the file was taken: the library had none" in told
    told = call(capsys, "skills", "import", "toy.zip", "--game", "toy", "--library", "new")[1]
    assert "0 skill versions added to 'new'; 2 versions were there already\n" in told
    assert "the skill graph of the file was not taken: the library has one of its own" in told


def test_the_command_that_undoes_a_retirement_is_the_whole_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build_toy_library(tmp_path)
    where = ["--game", "toy", "--library", str(tmp_path)]
    assert main(["skills", "retire", "gather", *where, "--reason", "for a test"]) == 0
    told = capsys.readouterr().out.strip().partition("journeyman ")[2].split()
    assert told == ["skills", "restore", "gather", *where]
    assert main(told) == 0


def path_parameters(group: typer.Typer, *words: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every option of every command that takes a path, with the words before it; "" for an argument."""
    for below in group.registered_groups:
        assert below.typer_instance is not None
        yield from path_parameters(below.typer_instance, *words, str(below.name))
    callbacks = [(words, group.registered_callback and group.registered_callback.callback)]
    callbacks += [((*words, str(command.name)), command.callback) for command in group.registered_commands]
    for names, callback in callbacks:
        hints = get_type_hints(callback, include_extras=True) if callback else {}
        for kind, *more in (get_args(hint) for hint in hints.values() if hasattr(hint, "__metadata__")):
            if "Path" in str(kind):
                first = more[0].default  # where typer keeps the first of an option's names
                yield names, first if str(first).startswith("--") else ""


@pytest.mark.slow
def test_no_command_takes_an_empty_path(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """An unset variable of a shell; --html '' was an internal error, --library '' the folder one is in."""
    tried = list(path_parameters(app))
    assert len(tried) > 40
    for words, option in tried:
        given = [option, ""] if option else [""]
        found, _, err = call(capsys, *words, *given)
        assert found == 2, (words, option, err)
        assert "it is empty; give a path" in err, (words, option, err)
    assert list(tmp_path.iterdir()) == []


def test_no_help_text_has_markup_that_would_be_swallowed() -> None:
    """The extra of `journeyman serve` was taken for markup and not shown."""

    def texts(command: Any) -> Iterator[str]:
        for below in getattr(command, "commands", {}).values():
            yield from texts(below)
        yield command.help or ""
        yield from (getattr(parameter, "help", None) or "" for parameter in command.params)

    found = list(texts(command_tree()))
    assert len(found) > 100
    assert [text for text in found if re.search(r"\[[a-z/]", text)] == []


def test_advice_stays_whatever_was_typed(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    long = "x" * 9_000
    _, _, err = call(capsys, "plan", "wood", "--game", long)
    assert "(8,503 characters more)" in err
    assert "Known games: crafter, minecraft, nethack, toy." in err
    assert call(capsys, "graph", "--game", "toy", "--html", "nowhere/x.html")[2].endswith(
        "No such file or directory: 'nowhere/x.html'; it is not there, or its folder is not\n"
    )
    assert (
        "Is a directory: '.'; name a file, this is a folder"
        in call(capsys, "graph", "--game", "toy", "--html", ".")[2]
    )


def test_commands_in_messages_can_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = call(capsys, "skills", "list", "--game", "toy", "--library", "my skills")
    assert "learn some with: journeyman practice --game toy --library 'my skills'\n" in err


def test_what_only_a_page_shows_needs_one(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    code, out, err = call(capsys, "graph", "--game", "toy", "--beside", "other")
    assert (code, out) == (2, "")
    assert "--beside is shown on the page only; add --html FILE, or --open" in err


def test_an_interruption_while_the_program_is_loaded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a traceback, as nothing listened to signals yet."""

    def interrupted() -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr("agent.surroundings.hidden_packages", interrupted)
    assert call(capsys, "runs", "list") == (130, "", "journeyman: interrupted\n")


def test_a_retired_skill_is_in_no_plan(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    """Plans went on with it, as the graph's file is older than its retirement."""
    assert document(capsys, "plan", "build_bench", "--game", "toy")["steps"] == [
        "gather",
        "gather",
        "build_bench",
    ]
    call(capsys, "skills", "retire", "gather", "--game", "toy")
    assert document(capsys, "plan", "wood", "--game", "toy", code=1)["missing"] == {"wood": 1}
    assert "gather (not in use)" in call(capsys, "graph", "--game", "toy")[1]
    found = SkillLibrary(library, "toy").retirement("gather")
    assert found is not None
    call(capsys, "skills", "restore", "gather", "--game", "toy")
    assert document(capsys, "plan", "wood", "--game", "toy")["steps"] == ["gather"]


def test_a_skill_whose_retirement_is_damaged_is_planned_as_the_graph_has_it(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    (library / "toy" / "gather" / "retired.json").write_text("damaged")
    assert document(capsys, "plan", "wood", "--game", "toy")["steps"] == ["gather"]


def test_numbers_out_of_bounds_are_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = call(capsys, "preferences", "--game", "toy", "--sample=-1")
    assert "Invalid value for '--sample': '-1'; expected at least 0\n" in err
    _, _, err = call(capsys, "preferences", "--game", "toy", "--sample", "2000000")
    assert "Invalid value for '--sample': '2000000'; expected at most 1,000,000\n" in err
