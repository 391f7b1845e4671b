"""The study of a judge's errors, small, on the toy game: trainings, trials, checks, tables, resuming."""

import json

import pytest

from agent.errors import BadConfig
from agent.studies.__main__ import main
from agent.studies.judge_errors import JudgeErrorsStudy
from agent.studies.ledger import read_results
from agent.studies.one_skill import ATTEMPTS_FILE
from agent.studies.tables import tables
from envs.registry import make_game
from skills.skill import Effects, FocusRecord, PolicyRecord, Skill
from skills.store.store import SkillLibrary

WOOD = Skill(
    name="collect_wood",
    game="toy",
    kind="act",
    description="take wood from trees",
    effects=Effects(obtains={"wood": 1}),
    focus=FocusRecord(seek=("tree",)),
    policy=PolicyRecord(kind="scripted", action="take"),
    step_cap=30,
)
"""A design; that it was learned is put in below, since no network is needed."""


@pytest.fixture
def library(tmp_path, monkeypatch):
    learned = WOOD.model_copy(update={"policy": PolicyRecord(kind="learned")})
    monkeypatch.setattr(SkillLibrary, "load", lambda self, name: {"collect_wood": learned, "cut": WOOD}[name])
    return tmp_path / "library"


def study(library, **changes):
    settings = {"skills": ("collect_wood",), "seeds": 1, "steps": 1_024, "trials": 6, "checks": 6, **changes}
    return JudgeErrorsStudy(library=library, game="toy", workers=0, **settings)


def silent(text):
    pass


@pytest.mark.long
def test_every_arm_is_trained_tried_and_checked(library, tmp_path, capsys):
    arms = ("facts", "false_done", "missed")
    assert study(library, arms=arms, rate=1.0).run(tmp_path, silent) == 3
    results = read_results(tmp_path)
    by_arm = {record["arm"]: record for record in results.values()}
    assert by_arm["facts"]["judged_done"] == by_arm["facts"]["judged_truly_done"]
    assert by_arm["false_done"]["judged_done"] == by_arm["false_done"]["judged"] == 6  # all is called done
    assert by_arm["missed"]["judged_done"] == 0  # and here nothing is
    assert by_arm["missed"]["admitted"] is False
    assert all(record["tried"] > 0 and record["steps"] >= 1_024 for record in results.values())
    titles = [title for title, _ in tables(tmp_path)]
    assert titles == ["What a judge's errors cost, over all skills and seeds", "Skill by skill"]
    assert main(["report", "--folder", str(tmp_path)]) == 0
    assert "| collect_wood | false_done |" in capsys.readouterr().out


def test_it_goes_on_where_it_was_left(library, tmp_path):
    told = []
    study(library, arms=("facts",)).run(tmp_path, told.append)
    study(library, arms=("facts",)).run(tmp_path, told.append)
    assert told == ["collect_wood/facts/0"]


def test_attempts_are_kept_so_that_they_can_be_judged_again(library, tmp_path):
    study(library, arms=("facts",)).run(tmp_path, silent)
    (path,) = tmp_path.glob(f"trainings/*/{ATTEMPTS_FILE}")
    attempts = [json.loads(line) for line in path.read_text().splitlines()]
    done = read_results(tmp_path)["collect_wood/facts/0"]["judged_truly_done"]
    assert len(attempts) == 6 and sum(attempt["success"] for attempt in attempts) == done > 0
    game = make_game("toy")
    for attempt in attempts:
        game.reset(attempt["seed"])
        before = game.facts()["wood"]
        for action in attempt["actions"]:
            game.step(action)
        assert (game.facts()["wood"] > before) == attempt["success"]
    game.close()


def test_equal_seeds_give_equal_figures(library, tmp_path):
    for name in ("one", "two"):
        study(library, arms=("missed",)).run(tmp_path / name, silent)
    one, two = (read_results(tmp_path / name)["collect_wood/missed/0"] for name in ("one", "two"))
    assert {**one, "seconds": 0} == {**two, "seconds": 0}


@pytest.mark.parametrize("changes", [{"arms": ("guess",)}, {"seeds": 0}, {"skills": ()}])
def test_senseless_settings_are_refused(library, changes):
    with pytest.raises(BadConfig, match="expected"):
        study(library, **changes)


def test_a_skill_that_is_not_learned_is_refused(library, tmp_path):
    with pytest.raises(BadConfig, match="collect_wood cannot be studied"):
        study(library, skills=("cut",)).run(tmp_path, silent)
