"""Every command in the README's fenced blocks runs and ends as it should, in the order in which they stand.

What takes long is made shorter by options that are put after the command's own; `SHORTER` lists them all.
Examples in help texts are parsed, and the goals among them read.
"""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.cli.app import command as command_tree
from agent.play.graphs import load_graph
from agent.play.libraries import shipped_library
from envs.registry import game_spec
from planners.errors import UnknownGoal
from planners.goal_parser import parse_goal
from tests.test_readme import README, ROOT, fenced, parse

SHORTER = (
    (r"practice --game toy", ["--workers", "1"]),
    (
        r"practice --game nethack",
        ["--library", "brief", "--budget-steps", "500", "--minutes", "0.1", "--workers", "1"],
    ),
    (r"practice --preset quick", ["--budget-steps", "3000", "--minutes", "0.5", "--workers", "1"]),
    (r"eval balrog-minihack", ["--episodes", "1", "--task", "mazewalk-9x9"]),
    (r"eval ", ["--episodes", "1"]),
    (r"solve .*--game nethack", []),
    (r"solve ", ["--episodes", "1", "--max-steps", "400"]),
)
"""Beginning of a command -> options that make it shorter; the first that fits counts."""

NOT_RUN = {
    "compare": "its scout alone takes minutes; tests/agent/cli runs it on the toy game",
    "runs report": "the run that it names is nobody's; tests/agent/cli/test_reports.py reports real ones",
    "runs compare": "the same",
    "eval crafter-score --episodes 100 --cluster": "it needs a cluster; tests/agent/play plays on one",
    "serve": "it answers until Ctrl-C; tests/agent/web/browser opens its pages",
}
"""Commands that are only parsed (`tests/test_readme.py`) -> why."""

MAY_END_WITH = {
    r"solve .*--game nethack": {0},
    r"solve ": {0, 1, 4},  # 1: not reached in the one short episode; 4: nobody could judge that by looking
    r"doctor": {0, 3},  # 3: something is missing on the machine that runs the tests
}
"""Beginning of a command -> exit codes; 0 where nothing is said."""


def blocks() -> list[list[str]]:
    """The commands of every fenced block of the README, as arguments of ``journeyman``."""
    found = []
    for block in fenced(README.read_text(encoding="utf-8")):
        lines = [line.strip().removeprefix("$ .venv/bin/") for line in block.splitlines()]
        found.append([line.removeprefix("journeyman ") for line in lines if line.startswith("journeyman ")])
    return [commands for commands in found if commands]


BLOCKS = blocks()


def test_every_fenced_command_is_run_or_has_a_reason() -> None:
    commands = [command for block in BLOCKS for command in block]
    assert len(commands) > 25
    for pattern in (*(pattern for pattern, _ in SHORTER), *MAY_END_WITH, *NOT_RUN):
        assert any(re.match(pattern, command) for command in commands), f"{pattern!r} shortens nothing"


@pytest.mark.slow
@pytest.mark.parametrize("commands", BLOCKS, ids=[block[0].partition("  ")[0] for block in BLOCKS])
def test_the_commands_of_a_block_run(
    commands: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if any("nethack" in command for command in commands):
        pytest.importorskip("minihack")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tests" / "planners").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "planners" / "tech_tree.yaml", tmp_path / "tests" / "planners")
    for command in commands:
        if command.startswith(tuple(NOT_RUN)):
            continue
        shorter = next((options for pattern, options in SHORTER if re.match(pattern, command)), [])
        codes = next((codes for pattern, codes in MAY_END_WITH.items() if re.match(pattern, command)), {0})
        code = main([*shlex.split(command, comments=True), *shorter])
        shown = capsys.readouterr()
        assert code in codes, (command, code, shown.err[-2000:])
        assert "Traceback" not in shown.err, (command, shown.err[-2000:])
        assert shown.out or shown.err.startswith("wrote "), command


def examples(command: Any) -> Iterator[str]:
    """The commands at the end of every help text."""
    yield from re.findall(r"\[bold\](journeyman .*?)\[/\]", command.epilog or "")
    for inner in getattr(command, "commands", {}).values():
        yield from examples(inner)


HELP_EXAMPLES = sorted(set(examples(command_tree())))


def test_there_are_examples_in_help_texts() -> None:
    assert len(HELP_EXAMPLES) > 20


@pytest.mark.parametrize("line", HELP_EXAMPLES)
def test_an_example_of_a_help_text_parses(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("envs.workers.cluster.address.require_ray", lambda _: None)  # it may not be here
    parse(line)


@pytest.mark.parametrize(
    "line", [line for line in HELP_EXAMPLES if re.match(r"journeyman (solve|plan) (?!.*--graph)", line)]
)
def test_the_goal_of_an_example_is_understood(line: str) -> None:
    parameters = parse(line)
    game = parameters["game"]
    graph = load_graph(library=shipped_library(), game=game)
    assert parse_goal(parameters.get("task") or parameters["goal"], graph, game_spec(game)).facts


def test_the_goals_in_the_documents_are_read_as_they_say() -> None:
    graph, spec = load_graph(library=shipped_library(), game="crafter"), game_spec("crafter")
    text = (ROOT / "docs" / "goals.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.*?) \| (.*) \|$", text, re.MULTILINE)[2:]
    assert len(rows) > 8
    for typed, taken_for in rows:
        for goal in re.findall(r"`([^`]{2,})`", typed):
            if taken_for.startswith("refused"):
                with pytest.raises(UnknownGoal):
                    parse_goal(goal, graph, spec)
            else:
                assert parse_goal(goal, graph, spec).facts, goal
