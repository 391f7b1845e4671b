"""Where a side environment is looked for, and what is said of one that is missing or broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from envs.minecraft.package.errors import BrokenSideEnvironment, NoSideEnvironment
from envs.minecraft.package.place import VARIABLE, find_side, usual_folder
from envs.minecraft.package.report import look
from tests.envs.minecraft.package.hollow import VERSIONS, hollow


def test_the_usual_folder_is_named_or_in_the_data_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert usual_folder() == tmp_path / ".local/share/journeyman/minecraft"
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert usual_folder() == Path("/data/journeyman/minecraft")
    monkeypatch.setenv(VARIABLE, "/side")
    assert usual_folder() == Path("/side")


def test_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(NoSideEnvironment) as caught:
        find_side(tmp_path / "side")
    assert str(caught.value) == (
        f"there is no side environment for MineDojo in '{tmp_path}/side'; build it (half a minute, 300 MB): "
        "journeyman setup minecraft"
    )


def test_one_of_another_recipe_is_to_be_built_anew(tmp_path: Path) -> None:
    hollow(tmp_path, recipe="older")
    with pytest.raises(BrokenSideEnvironment) as caught:
        find_side(tmp_path)
    assert str(caught.value) == (
        f"the side environment in '{tmp_path}' was built by another recipe ('older'); build it anew: "
        f"journeyman setup minecraft --folder '{tmp_path}'"
    )


def test_one_without_its_interpreter_is_broken(tmp_path: Path) -> None:
    python = hollow(tmp_path)
    python.unlink()
    with pytest.raises(BrokenSideEnvironment) as caught:
        find_side(tmp_path)
    assert str(caught.value) == (
        f"the side environment in '{tmp_path}' has no interpreter '{python}' any more, perhaps as the Python "
        f"that it was made with is gone; build it anew: journeyman setup minecraft --folder '{tmp_path}'"
    )


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"recipe": 1, "python_version": "3.11"}'])
def test_a_record_that_cannot_be_read_is_another_recipe(text: str, tmp_path: Path) -> None:
    hollow(tmp_path)
    (tmp_path / "DONE").write_text(text)
    with pytest.raises(BrokenSideEnvironment, match="was built by another recipe"):
        find_side(tmp_path)


class TestLook:
    def test_versions_and_shims_are_told(self, tmp_path: Path) -> None:
        report = look(hollow(tmp_path))
        assert report.versions == VERSIONS
        assert report.shims == ("numpy.unicode_", "gym.spaces.Dict.keys")
        assert (report.folder, report.jar) == (None, None)

    def test_the_package_may_be_missing_or_another(self, tmp_path: Path) -> None:
        python = hollow(tmp_path, {})
        with pytest.raises(BrokenSideEnvironment) as caught:
            look(python)
        assert str(caught.value) == (
            f"the side environment of '{python}' does not work: minedojo is not installed, expected 0.1; "
            "build it anew: journeyman setup minecraft --again"
        )

    def test_another_version_is_refused(self, tmp_path: Path) -> None:
        python = hollow(tmp_path, {**VERSIONS, "minedojo": "0.2"})
        with pytest.raises(BrokenSideEnvironment, match=r"does not work: minedojo is 0\.2, expected 0\.1; "):
            look(python)

    def test_what_cannot_be_imported_is_told_by_its_last_line(self, tmp_path: Path) -> None:
        python = hollow(tmp_path)
        with pytest.raises(
            BrokenSideEnvironment, match="does not work: ModuleNotFoundError: No module named"
        ):
            look(python, thorough=True)
