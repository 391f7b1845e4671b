"""Skills and their libraries from the command line."""

import re
from pathlib import Path

import pytest

from agent.cli import main
from agent.play.load import load_kit
from skills.skill import SkillStats
from skills.store.store import SkillLibrary
from tests.agent.cli.command_line import call, document
from tests.agent.toy_library import build_toy_library

pytestmark = pytest.mark.usefixtures("own_folder")


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


def test_the_command_that_undoes_a_retirement_is_the_whole_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build_toy_library(tmp_path)
    where = ["--game", "toy", "--library", str(tmp_path)]
    assert main(["skills", "retire", "gather", *where, "--reason", "for a test"]) == 0
    told = capsys.readouterr().out.strip().partition("journeyman ")[2].split()
    assert told == ["skills", "restore", "gather", *where]
    assert main(told) == 0
