"""The command line as a process: what it leaves on its streams, and how it ends."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.records.runs import Run

ROOT = Path(__file__).parents[3]
KEY = "sk-do-not-tell-0123456789abcdef"

pytestmark = pytest.mark.slow

PROGRAM = [sys.executable, "-m", "agent.cli"]
BROKEN = (
    "import sys, agent.records.runs as runs\n"
    "def broken(folder):\n    raise ZeroDivisionError('a bug near {key} \\x1b[2J')\n"
    "runs.list_runs_and_damage = broken\nfrom agent.cli import main\nsys.exit(main())\n"
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, with the project to be found and temporary files beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("SOME_API_KEY", KEY)
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(autouse=True)
def heeds_interrupts() -> Iterator[None]:
    """A shell has what it starts in the background ignore interrupts; these tests begin without that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def run(
    *arguments: str, program: list[str] | None = None, **more: object
) -> subprocess.CompletedProcess[str]:
    settings: dict[str, object] = {
        "capture_output": True,
        "text": True,
        "timeout": 300,
        "env": dict(os.environ),
        **more,
    }
    return subprocess.run([*(program or PROGRAM), *arguments], check=False, **settings)  # type: ignore[call-overload,no-any-return]


def shell(line: str) -> subprocess.CompletedProcess[str]:
    return run(line.replace("journeyman", " ".join(PROGRAM)), program=["bash", "-o", "pipefail", "-c"])


# -- Bugs ---------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path) -> list[str]:
    """A program in which listing runs is a bug."""
    script = tmp_path / "broken.py"
    script.write_text(BROKEN.replace("{key}", KEY))
    return [sys.executable, str(script)]


def test_a_bug_is_one_line_and_a_file(broken: list[str], tmp_path: Path) -> None:
    done = run("runs", "list", program=broken)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (70, "", 1)
    assert done.stderr.startswith("journeyman: internal error: ZeroDivisionError: a bug near ***")
    (report,) = tmp_path.glob("journeyman-error-*.txt")
    assert str(report) in done.stderr
    assert "Traceback (most recent call last)" in report.read_text()
    assert KEY not in report.read_text() + done.stderr
    assert "\x1b" not in report.read_text() + done.stderr


def test_a_bug_is_shown_when_more_is_to_be_logged(broken: list[str], tmp_path: Path) -> None:
    done = run("--verbose", "runs", "list", program=broken)
    assert done.returncode == 70
    assert "Traceback (most recent call last)" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("journeyman: internal error: ZeroDivisionError")
    assert KEY not in done.stderr
    assert "\x1b" not in done.stderr
    assert list(tmp_path.glob("journeyman-error-*")) == []


def test_a_bug_as_a_document(broken: list[str]) -> None:
    done = run("runs", "list", "--json", program=broken)
    assert done.returncode == 70
    error = json.loads(done.stdout)["error"]
    assert error["kind"] == "InternalError"
    assert error["message"] in done.stderr
    assert error["did_you_mean"] == []


# -- Streams ------------------------------------------------------------------------------------------------


def test_nobody_reads_to_the_end(library: Path) -> None:
    for command in (
        "journeyman skills show gather -g toy",
        "journeyman --help",
        "journeyman runs list --json",
    ):
        done = shell(f"{command} | true; exit ${{PIPESTATUS[0]}}")
        assert (done.returncode in (0, 141), done.stderr) == (True, ""), command
    done = shell("(sleep 2; journeyman skills list -g toy) | true; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (141, "")
    done = shell("(sleep 2; journeyman skills list -g toy --json) | true; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "command", ["skills list -g toy", "skills list -g toy --json", "graph -g toy --graphml", "runs list"]
)
def test_a_full_disk_is_one_line(library: Path, command: str) -> None:
    done = shell(f"journeyman {command} > /dev/full")
    text = "journeyman: the results cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, text)


def test_closed_and_full_streams_change_nothing_else(library: Path, tmp_path: Path) -> None:
    assert shell("journeyman skills list -g toy >&-").returncode == 0
    assert shell("journeyman skills list -g toy 2>&- | grep -q gather").returncode == 0
    assert shell("journeyman skills list -g toy <&- >&- 2>&-").returncode == 0
    done = shell("journeyman runs show x 2>&-")
    assert (done.returncode, done.stdout) == (2, "")
    done = shell("journeyman runs show x 2>/dev/full")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONIOENCODING": "ascii", "COLUMNS": "40"},
        {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "COLUMNS": "17"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=str,
)
@pytest.mark.one_in(3)
def test_every_character_has_a_spelling(
    library: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    for name, value in {**settings, "TERM": "dumb", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    record = library / "toy" / "retired"
    assert not record.exists()
    run("skills", "retire", "gather", "-g", "toy", "--library", "library", "--reason", "zu müde ± … \u4e2d")
    for command in (
        ["skills", "list"],
        ["skills", "show", "gather"],
        ["graph"],
        ["skills", "list", "--json"],
    ):
        done = run(*command, "-g", "toy", "--library", "library", text=False)
        assert (done.returncode, done.stderr) == (0, b""), command
        assert b"build_bench" in done.stdout or command[1] == "show"
    assert run("plan", "ü", "-g", "toy", text=False).returncode == 2
    assert run("--help", text=False).returncode == 0


# -- Signals ------------------------------------------------------------------------------------------------


def practising(tmp_path: Path, *more: str) -> subprocess.Popen[str]:
    """A practice with worker processes, which has begun to train."""
    arguments = ["practice", "-g", "toy", "--minutes", "10", "--budget-steps", "9000000", "--workers", "2"]
    process = subprocess.Popen(
        [*PROGRAM, *arguments, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 240
    while not _trains(tmp_path) and time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    assert _trains(tmp_path)
    return process


def _trains(tmp_path: Path) -> bool:
    return any('"ground"' in path.read_text() for path in tmp_path.glob("runs/*/events.jsonl"))


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.one_in(2)
def test_a_signal_ends_everything_in_order(tmp_path: Path, number: signal.Signals) -> None:
    process = practising(tmp_path)
    os.killpg(process.pid, number) if number is signal.SIGINT else process.send_signal(number)
    code, _, err = ended(process)
    assert code in (128 + number, -signal.SIGINT)  # the last where Python itself ends with it, all in order
    assert "Traceback" not in err
    assert "Exception" not in err
    assert "go on with: journeyman practice --resume" in err
    (listed,) = json.loads(run("runs", "list", "--json").stdout)["runs"]
    said = "interrupted" if number is signal.SIGINT else f"ended by {number.name}"
    assert (listed["status"], listed["reason"]) == ("interrupted", said)
    assert list(tmp_path.glob("journeyman-worker-*")) == []


@pytest.mark.long
def test_two_signals_in_a_row_are_one(tmp_path: Path) -> None:
    process = practising(tmp_path, "--json")
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    code, out, err = ended(process)
    assert code in (130, -signal.SIGINT)  # the last while Python itself ends, where this test was held up
    assert json.loads(out)["stopped"] == "interrupted"
    assert "Traceback" not in err


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    process = practising(tmp_path)
    process.send_signal(signal.SIGSTOP)  # so that both are there when it goes on
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    time.sleep(0.8)
    process.send_signal(signal.SIGINT)
    code, _, err = ended(process)
    assert code in (130, 143, -signal.SIGINT)  # the last while Python itself ends
    assert "Traceback" not in err
    assert "Exception" not in err


def test_signals_while_it_starts(tmp_path: Path) -> None:
    for wait_s in (0.3, 0.6, 1.0):
        process = subprocess.Popen(
            [*PROGRAM, "doctor", "-g", "toy"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        time.sleep(wait_s)
        process.send_signal(signal.SIGINT)
        code, _, err = ended(process)
        if code != -signal.SIGINT:  # Python itself had not begun yet
            assert code in (130, 0)
            assert "Traceback" not in err


# -- A terminal ---------------------------------------------------------------------------------------------


def on_a_terminal(*arguments: str, columns: int = 40) -> str:
    """What a command writes to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns)}
    process = subprocess.Popen(
        [*PROGRAM, *arguments], stdout=theirs, stderr=theirs, stdin=theirs, env=environment
    )
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    process.wait(timeout=240)
    os.close(ours)
    return b"".join(parts).decode()


def test_foreign_text_cannot_steer_the_terminal(library: Path) -> None:
    evil = "\x1b]0;title\x07 \x1b[2J [link=http://x]y[/link] [/nothing] \u202e \x9b2J"
    run("skills", "retire", "gather", "-g", "toy", "--library", "library", "--reason", evil)
    for command in (["skills", "list"], ["skills", "show", "gather"]):
        text = on_a_terminal(*command, "-g", "toy", "--library", "library", columns=200)
        own = re.sub(r"\x1b\[[0-9;]*m", "", text)
        assert "\x1b" not in own
        assert not {"\x07", "\x9b", "\u202e"} & set(own)
        assert "[link=http://x]y[/link] [/nothing]" in own
    for arguments in (["\x1b[2Jx"], ["plan", "[link=x]\x1b[2J[/y]"], ["runs", "show", evil], ["-\x1b[2J"]):
        own = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal(*arguments, columns=200))
        assert "\x1b" not in own, arguments


def test_names_are_whole_on_a_narrow_terminal(library: Path) -> None:
    text = on_a_terminal("skills", "list", "-g", "toy", columns=40)
    assert "skill: build_bench" in text
    assert "..." not in text
    assert "…" not in text


def test_help_names_options_whole_on_a_narrow_terminal() -> None:
    for columns in (40, 100):
        text = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal("practice", "--help", columns=columns))
        for option in ("--budget-steps", "--game-option", "--max-tokens", "--runs-dir"):
            assert option in text
        assert "[bold]" not in text
        text = on_a_terminal("runs", columns=columns)
        assert all(command in text for command in ("list", "show", "replay"))


def test_nothing_is_cut_in_a_pipe(library: Path) -> None:
    run("skills", "retire", "gather", "-g", "toy", "--library", "library", "--reason", "because " * 60)
    done = run("skills", "list", "-g", "toy")
    assert f"retired: gather ({('because ' * 60)})" in done.stdout


def test_why_a_run_ended_is_told() -> None:
    script = (
        "from pathlib import Path\nfrom agent.records.runs import Run\n"
        "with Run.create(Path('runs'), command='solve', game='toy', seed=0, config={}):\n"
        "    raise ValueError(\"no goal 'becom rich'; did you mean 'eat'?\")"
    )
    assert run("-c", script, program=[sys.executable]).returncode == 1
    for command in (["runs", "list"], ["runs", "show", "2"]):
        assert "no goal 'becom rich'; did you mean 'eat'?" in run(*command).stdout


# -- Completion ---------------------------------------------------------------------------------------------


def completed(words: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    parts = words.split(" ")
    monkeypatch.setenv("COMP_WORDS", "\n".join(parts))
    monkeypatch.setenv("COMP_CWORD", str(len(parts) - 1))
    monkeypatch.setenv("_JOURNEYMAN_COMPLETE", "complete_bash")
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("journeyman pra", ["practice"]),
        ("journeyman plan -g to", ["toy"]),
        ("journeyman plan -g toy bui", ["build_bench"]),
        ("journeyman solve --game toy near.", ["near.bench"]),
        ("journeyman skills show -g toy g", ["gather"]),
        ("journeyman skills show -g chess g", []),
        ("journeyman skills retire -g toy --library library bu", ["build_bench"]),
        ("journeyman eval crafter-s", ["crafter-score"]),
        ("journeyman practice --preset q", ["quick"]),
        ("journeyman runs show 20260101", ["20260101T000000Z-solve-toy-s0-abcdef"]),
        ("journeyman runs compare 20260101", ["20260101T000000Z-solve-toy-s0-abcdef"]),
        ("journeyman runs show 0a", ["0abcde"]),
        ("journeyman practice --resume 0a", []),
        ("journeyman practice --resume 2", ["20260202T000000Z-practice-toy-s0-abcdef"]),
        ("journeyman runs show --runs-dir none ", []),
    ],
)
@pytest.mark.one_in(3)
def test_names_complete(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, right: list[str]
) -> None:
    practised = "20260202T000000Z-practice-toy-s0-abcdef"
    evaluated = "20250101T000000Z-eval-toy-s0-0abcde"
    for name in (
        "20260101T000000Z-solve-toy-s0-abcdef",
        practised,
        evaluated,
        f".new-{evaluated}",
        "2\x1b[2J",
    ):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        (folder / "run.json").write_text("damaged")
    assert completed(words, monkeypatch) == right


@pytest.mark.parametrize(("word", "right"), [("gat", ["gather_moss"]), ("coll", [])])
def test_a_wish_completes_to_skills_of_that_practice(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, right: list[str]
) -> None:
    with Run.create(tmp_path / "runs", command="practice", game="toy", seed=0, config={}) as practice:
        practice.event("claimed", skill="gather_moss")
    short = practice.name.rpartition("-")[2]
    assert completed(f"journeyman runs queue {short} {word}", monkeypatch) == right


def test_a_damaged_library_completes_to_nothing(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (library / "toy" / "graph.json").write_text("{")
    assert completed("journeyman plan -g toy ", monkeypatch) == []


def test_completion_loads_nothing_heavy(library: Path) -> None:
    script = (
        "import sys\nfrom types import SimpleNamespace\nfrom agent.cli import completion\n"
        "context = SimpleNamespace(params={'game': 'toy'})\n"
        "for find in (completion.games, completion.skills, completion.goals, completion.runs,\n"
        "             completion.suites, completion.presets):\n    find(context, '')\n"
        "print([name for name in ('torch', 'numba', 'langchain', 'crafter', 'nle', 'pydantic')\n"
        "       if name in sys.modules])"
    )
    done = run("-c", script, program=[sys.executable])
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_shell_gets_its_script(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("_JOURNEYMAN_COMPLETE", f"source_{name}")
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert "_JOURNEYMAN_COMPLETE=complete_" in done.stdout
