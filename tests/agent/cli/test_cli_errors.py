"""What is wrong is told in one line, with an exit code, and as a document."""

import json
from pathlib import Path

import pytest

from agent.cli import main
from agent.errors import UnknownRun
from tests.agent.cli.command_line import call, document

pytestmark = pytest.mark.usefixtures("own_folder")


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


def test_numbers_out_of_bounds_are_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = call(capsys, "preferences", "--game", "toy", "--sample=-1")
    assert "Invalid value for '--sample': '-1'; expected at least 0\n" in err
    _, _, err = call(capsys, "preferences", "--game", "toy", "--sample", "2000000")
    assert "Invalid value for '--sample': '2000000'; expected at most 1,000,000\n" in err


def test_an_interruption_while_the_program_is_loaded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a traceback, as nothing listened to signals yet."""

    def interrupted() -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr("agent.surroundings.hidden_packages", interrupted)
    assert call(capsys, "runs", "list") == (130, "", "journeyman: interrupted\n")
