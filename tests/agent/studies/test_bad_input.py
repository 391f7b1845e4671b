"""What a study cannot use is refused before anything begins, with the exit code of bad input."""

from pathlib import Path

import pytest

from agent.studies.__main__ import main


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["bootstrapping", "--suites", "crafter-composits:plan"], "did you mean 'crafter-composites'"),
        (["bootstrapping", "--suites", "crafter-composites:fly"], "expected suite:mode"),
        (["bootstrapping", "--suites", "nethack-composites:plan"], "is of nethack; expected one of crafter"),
        (["judge-errors", "--rate", "7"], "rate is 7.0; expected a share from 0 to 1"),
        (["judge-errors", "--skills", "colect_wood"], "no skill 'colect_wood'"),
        (["unattended", "--set", "chaining=maybe"], "chaining is 'maybe'"),
        (["unattended", "--set", "chaining"], "has no '='"),
        (["unattended", "--game", "chess"], "no game 'chess'"),
        (["report"], "holds no study; expected the --folder"),
    ],
)
def test_bad_input_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    folder = tmp_path / "study"
    assert main([*arguments, "--folder", str(folder)]) == 2
    said = capsys.readouterr().err
    assert complaint in said and said.count("\n") == 1
    assert not folder.exists()


@pytest.mark.parametrize("study", ["unattended", "report"])
def test_a_folder_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], study: str) -> None:
    (tmp_path / "file").touch()
    assert main([study, "--folder", str(tmp_path / "file" / "in")]) == 2
    assert "is no folder" in capsys.readouterr().err
