"""Every command in the README's fenced blocks runs and ends as it should, in the order in which they stand.

What takes long is made shorter by options that are put after the command's own; `SHORTER` lists them all.
"""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from agent.cli import main
from tests.test_readme import README, ROOT, fenced

SHORTER = (
    (r"practice --game nethack", ["--library", "brief", "--budget-steps", "2000", "--minutes", "0.5"]),
    (r"practice --preset quick", ["--budget-steps", "3000", "--minutes", "0.5"]),
    (r"eval balrog-minihack", ["--episodes", "1", "--task", "mazewalk-9x9"]),
    (r"eval ", ["--episodes", "1"]),
    (r"solve .*--game nethack", []),
    (r"solve ", ["--episodes", "1", "--max-steps", "400"]),
)
"""Beginning of a command -> options that make it shorter; the first that fits counts."""

NOT_RUN = {"compare": "its scout alone takes minutes; tests/agent/cli runs it on the toy game"}
"""Commands that are only parsed (`tests/test_readme.py`) -> why."""

MAY_END_WITH = {
    r"solve .*--game nethack": {0},
    r"solve ": {0, 1},  # 1: the goal was not reached in the one short episode
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
        if command.split()[0] in NOT_RUN:
            continue
        shorter = next((options for pattern, options in SHORTER if re.match(pattern, command)), [])
        codes = next((codes for pattern, codes in MAY_END_WITH.items() if re.match(pattern, command)), {0})
        code = main([*shlex.split(command, comments=True), *shorter])
        shown = capsys.readouterr()
        assert code in codes, (command, code, shown.err[-2000:])
        assert "Traceback" not in shown.err, (command, shown.err[-2000:])
        assert shown.out or shown.err.startswith("wrote "), command
