"""Commands that meet a full disk end with one line that names the path, and change nothing."""

from pathlib import Path

import pytest

from agent.cli import main
from agent.records.runs import list_runs
from agent.testing.faults import FULL, NO_HANDLES, OVER_QUOTA, failing, os_error
from skills.store.store import SkillLibrary
from tests.agent.toy_library import build_toy_library
from tests.agent.toy_session import contents

pytestmark = pytest.mark.usefixtures("borrowed_worker")

LIBRARY = ("--game", "toy", "--library", "mine")
SOLVE = ("solve", "wood", *LIBRARY, "--episodes", "1", "--max-steps", "5", "--workers", "1")
EVAL = (
    "eval",
    "crafter-score",
    "--baseline",
    "random",
    "--episodes",
    "1",
    "--workers",
    "1",
    "--seeds",
    "practice",
)

CASES = [
    (("skills", "retire", "gather", *LIBRARY), "retired:write", "mine/toy"),
    (("skills", "retire", "gather", *LIBRARY), "retired:rename", "mine/toy"),
    (("skills", "restore", "build_bench", *LIBRARY), "retired:remove", "mine/toy"),
    (("skills", "export", "out.zip", *LIBRARY), "output:write", "out.zip"),
    (("skills", "export", "out.zip", *LIBRARY), "output:create", "out.zip"),
    (("skills", "import", "theirs.zip", "--game", "toy", "--library", "new"), "import:write", "new/toy"),
    (("skills", "import", "theirs.zip", "--game", "toy", "--library", "new"), "library:make", "new/toy"),
    (("skills", "import", "theirs.zip", "--game", "toy", "--library", "new"), "library:create", "new/toy"),
    (("graph", *LIBRARY, "--html", "page.html"), "output:flush", "page.html"),
    (("graph", "import", "mine/toy/graph.json", "--output", "g.json"), "output:write", "g.json"),
    (SOLVE, "run:make", "runs"),
    (SOLVE, "config:write", "runs"),
    (SOLVE, "events:create", "events.jsonl"),
    (SOLVE, "events:write", "events.jsonl"),
    (SOLVE, "play:write", "play.jsonl"),
    (SOLVE, "done:rename", "DONE"),
    (SOLVE, "episodes:write", "episodes.jsonl"),
    ((*SOLVE, "--record"), "recording:create", "media"),
    ((*SOLVE, "--record"), "recording:rename", "media"),
    (EVAL, "events:flush", "events.jsonl"),
    (EVAL, "done:write", "DONE"),
]  # fmt: skip
"""Command, point that fails, and what the message names."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a library and an exported one, where the commands are given."""
    monkeypatch.chdir(tmp_path)
    build_toy_library(tmp_path / "mine")
    library = SkillLibrary(tmp_path / "mine", "toy")
    library.export(tmp_path / "theirs.zip")
    library.retire("build_bench", "for a test")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(("command", "point", "named"), CASES)
def test_a_full_disk_is_one_line(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    point: str,
    named: str,
) -> None:
    before = contents(place / "mine")
    with failing(point, os_error(FULL)):
        assert main(command) == 2
    (line,) = [text for text in capsys.readouterr().err.splitlines() if text.startswith("journeyman: ")]
    assert "No space left on device" in line and named in line and ".tmp" not in line
    assert contents(place / "mine") == before
    assert SkillLibrary(place / "mine", "toy").verify() == []
    assert not (place / "out.zip").exists() and not (place / "page.html").exists()
    assert SkillLibrary(place / "new", "toy").names() == []
    media = [path for run in list_runs(place / "runs") for path in (run.path / "media").rglob("*")]
    assert media == [] or not point.startswith("recording")
    assert main(command) in (0, 1)  # a task may not be done in five steps


@pytest.mark.parametrize(("number", "code"), [(OVER_QUOTA, 2), (NO_HANDLES, 3)])
def test_other_limits_are_told_as_the_system_names_them(
    place: Path, capsys: pytest.CaptureFixture[str], number: int, code: int
) -> None:
    with failing("retired:create", os_error(number)):
        assert main(("skills", "retire", "gather", *LIBRARY)) == code
    assert str(os_error(number)().strerror).lower() in capsys.readouterr().err.lower()
