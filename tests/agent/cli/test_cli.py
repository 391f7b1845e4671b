import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import typer

from agent.cli.app import app
from agent.cli.app import command as command_tree
from agent.evaluation.suites.suite import load_suite
from agent.records.runs import Run
from tests.agent.cli.command_line import call, document

pytestmark = pytest.mark.usefixtures("own_folder")


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
