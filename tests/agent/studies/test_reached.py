"""Measuring how often goals are reached, small, on the toy game: goal by goal, resuming, other skills."""

from pathlib import Path

import pytest

from agent.errors import BadConfig
from agent.records.reached import read_measured, skills_hash
from agent.studies.__main__ import main
from agent.studies.reached import ReachedStudy
from planners.errors import UnknownGoal
from skills.store.store import SkillLibrary
from tests.agent.toy_library import build_toy_library


@pytest.mark.slow
def test_what_is_measured_is_kept_as_long_as_the_skills_are_the_same(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    study = ReachedStudy(game="toy", library=tmp_path, goals=("wood", "place bench"), episodes=2, workers=1)
    told: list[str] = []

    def broken_off(text: str) -> None:
        if text == "place bench":
            raise KeyboardInterrupt
        told.append(text)

    with pytest.raises(KeyboardInterrupt):
        study.run(broken_off)
    assert told[0] == "wood"
    kept = read_measured(tmp_path / "toy")
    assert kept is not None
    assert set(kept.goals) == {"wood"}

    told.clear()
    measured = study.run(told.append)
    assert told[0] == "place bench"
    assert measured.goals["wood"] == kept.goals["wood"]
    assert measured == read_measured(tmp_path / "toy")
    assert all(goal.n == 2 for goal in measured.goals.values())

    SkillLibrary(tmp_path, "toy").retire("build_bench", "for the test")
    again = ReachedStudy(game="toy", library=tmp_path, goals=("wood",), episodes=2, workers=1)
    assert set(again.run(told.append).goals) == {"wood"}
    assert skills_hash(tmp_path / "toy") != measured.skills


def test_bad_input_is_said_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build_toy_library(tmp_path)
    with pytest.raises(BadConfig, match="1 or more"):
        ReachedStudy(game="toy", library=tmp_path, episodes=0).check()
    with pytest.raises(UnknownGoal):
        ReachedStudy(game="toy", library=tmp_path, goals=("qwxyz",)).check()
    assert main(["reached", "--game", "toy", "--library", str(tmp_path / "none")]) == 3
    assert "no skills for 'toy'" in capsys.readouterr().err
