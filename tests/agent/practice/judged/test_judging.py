"""Skills whose success a judge sees, in a session: which, by whom, and what is made of its errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.errors import JudgeFooled, NobodyJudges, RunDamaged
from agent.judges.recipe import JudgeRecipe, NobodyLooks
from agent.judges.refit_head import Head
from agent.judges.refitting import Refit
from agent.practice.admission import giving_up
from agent.practice.judged.judging import (
    audit_trial,
    errors_of,
    judge_recipe,
    judged_claims,
    judged_rule,
    note_audits,
    require_any_judge,
    require_judge,
    settle_audits,
    tell_unmatched,
)
from agent.practice.judged.negatives import MOST_NEGATIVES, NEGATIVES_FILE, read_negatives
from agent.practice.judged.rates import NO_ERRORS, UNMEASURED
from agent.practice.loop import run_practice
from agent.practice.session_state import SessionState
from agent.testing.abilities import Ability, kit_of
from agent.testing.pools import StandInPool
from agent.testing.toy import NAMES
from envs.rollout.episode import Start
from envs.rollout.looking import Audit, Look
from skills.code.sandbox import Sandbox
from skills.skill import Effects, OptionCode, PolicyRecord, Skill, SkillKind
from skills.training.train import train_skill
from tests.agent.judges.saying import Says
from tests.agent.practice.small_session import Small, small_session
from tests.agent.scripted import result

CHOP = Ability(name="chop", obtains={"wood": 1})
GAP = Ability(name="gap", success_in_words="a gap of one cell between two trees")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def small(tmp_path: Path, sandbox: Sandbox) -> Callable[..., Small]:
    """A small session of the toy game."""

    def small(**settings: Any) -> Small:
        return small_session(tmp_path, StandInPool(lambda job: None), sandbox, CHOP, **settings)

    return small


def skill_of(ability: Ability) -> Skill:
    return kit_of(ability).skills[ability.name]


def audit(truth: bool | None, look: Look = Look.DONE, *, key: int = 1) -> Audit:
    return Audit(key=key, look=look, truth=truth, start=Start(b"state", 8), actions=(3, 1))


def test_facts_judge_unless_the_settings_or_the_skill_say_otherwise(small: Callable[..., Small]) -> None:
    chop, gap = skill_of(CHOP), replace_claim(skill_of(CHOP), "gap", "a gap between two trees")
    both = {"chop": chop, "gap": gap}
    assert judged_claims(small().session, both) == {"gap": "a gap between two trees"}
    assert judged_claims(small(judged_skills=("chop",)).session, both).keys() == {"chop", "gap"}
    assert judged_claims(small(success="judge").session, both)["chop"] == "chop"


def test_nobody_practises_what_the_judge_cannot_read(
    small: Callable[..., Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Knows(Says):
        def understands(self, claim: str) -> bool:
            return "gap" in claim

    monkeypatch.setattr(JudgeRecipe, "_first", lambda recipe, spec: Knows("done"))
    session = small().session
    require_judge(session, replace_claim(skill_of(CHOP), "gap", "a gap between two trees"))
    require_judge(session, skill_of(CHOP))
    with pytest.raises(NobodyJudges, match=r"cannot read 'a violet moon': .*journeyman\[judge\]"):
        require_judge(session, replace_claim(skill_of(CHOP), "moon", "a violet moon"))


def replace_claim(skill: Skill, name: str, claim: str) -> Skill:
    return skill.model_copy(update={"name": name, "claim": claim, "effects": Effects()})


def test_the_kit_of_a_session_says_who_is_judged_how(small: Callable[..., Small]) -> None:
    session = small(success="judge", judge="facts", missed=0.25, spot_checks=0.5).session
    recipe = judge_recipe(session, {"chop": skill_of(CHOP)})
    assert (recipe.source, recipe.truths["chop"], recipe.missed) == ("facts", {"wood": 1}, 0.25)
    kit = small(success="judge").roster.kit
    assert kit.claims.keys() == {"chop"}
    assert small().roster.kit.claims == {}


def test_a_training_belongs_to_its_judge(small: Callable[..., Small]) -> None:
    chop = skill_of(CHOP)
    rules = [
        judged_rule(small(success="judge", judge="facts", **more).session, chop)
        for more in ({}, {"false_done": 0.3}, {"missed": 0.3})
    ]
    assert len({rule.identity for rule in rules if rule}) == 3
    assert judged_rule(small().session, chop) is None


def test_errors_are_those_of_the_judge_and_facts_make_none(small: Callable[..., Small]) -> None:
    chop = skill_of(CHOP)
    assert errors_of(small().session, chop) == NO_ERRORS
    assert errors_of(small(success="judge", judge="facts").session, chop) == NO_ERRORS
    assert errors_of(small(success="judge").session, chop) == UNMEASURED


def test_what_must_be_seen_is_not_practised_where_nobody_looks(
    small: Callable[..., Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(self: object, spec: object) -> NobodyLooks:
        return NobodyLooks("its weights are gone")

    it = small(success="judge")
    require_judge(small().session, skill_of(CHOP))
    monkeypatch.setattr("agent.judges.recipe.JudgeRecipe.make", missing)
    with giving_up(it.session, "chop"):
        require_judge(it.session, skill_of(CHOP))
    progress = it.session.state.skills["chop"]
    assert progress.status == "abandoned"
    assert progress.reason == "success of chop must be seen, and nobody looks: its weights are gone"


# Audits.


def test_audits_are_counted_and_stop_a_training_that_fools_the_judge(small: Callable[..., Small]) -> None:
    session = small(success="judge").session
    assert note_audits(session, "chop", "cut", [audit(True)] * 8 + [audit(None, Look.CONTESTED)])
    progress = session.state.skills["chop"]
    assert (progress.audited, progress.falsely_done, progress.contested) == (8, 0, 1)
    assert note_audits(session, "chop", "cut", [audit(False)] * 2)
    assert not note_audits(session, "chop", "cut", [audit(False)] * 2)
    assert (progress.audited, progress.falsely_done) == (12, 4)
    assert (session.state.monitors.audited, session.state.monitors.agreed) == (12, 8)


def test_what_was_checked_is_kept_with_all_that_rebuilds_it(small: Callable[..., Small]) -> None:
    session = small(success="judge").session
    note_audits(session, "chop", "cut", [audit(False), audit(True), audit(None, Look.CONTESTED)])
    false, true = read_negatives(session.run.path)
    assert (false["skill"], false["claim"], false["seed"], false["actions"]) == ("chop", "cut", 8, [3, 1])
    assert (false["holds"], true["holds"]) == (False, True)
    note_audits(session, "chop", "cut", [audit(False)] * 2 * MOST_NEGATIVES)
    assert len(read_negatives(session.run.path)) == MOST_NEGATIVES + 1


def test_a_damaged_file_of_negatives_is_named(small: Callable[..., Small]) -> None:
    session = small(success="judge").session
    (session.run.path / NEGATIVES_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(RunDamaged, match=r"negatives\.json cannot be read"):
        read_negatives(session.run.path)


def test_a_judge_that_is_trusted_is_left_alone(small: Callable[..., Small]) -> None:
    session = small(success="judge").session
    note_audits(session, "chop", "cut", [audit(True)] * 40)
    settle_audits(session, skill_of(CHOP))
    assert not session.state.skills["chop"].refitted


@pytest.fixture
def sure(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], list[int]]:
    """How sure the judge is when it is shown again what fooled it; how much it was shown."""

    def sure(confidence: float) -> list[int]:
        shown: list[int] = []

        def learned(spec: object, judge: object, records: list[object]) -> Refit:
            shown.append(len(records))
            return Refit(bar=confidence, negatives=len(records))

        monkeypatch.setattr("agent.practice.judged.judging.refit", learned)
        return shown

    return sure


def test_a_fooled_judge_learns_once_and_then_the_skill_is_given_up(
    small: Callable[..., Small], sure: Callable[[float], list[int]]
) -> None:
    shown, it = sure(0.93), small(success="judge")
    note_audits(it.session, "chop", "cut", [audit(False)] * 5)
    settle_audits(it.session, skill_of(CHOP))
    progress = it.session.state.skills["chop"]
    assert (progress.refitted, progress.audited, progress.falsely_done, shown) == (True, 0, 0, [5])
    assert judge_recipe(it.session, {}).bars == {"chop": 0.93}
    note_audits(it.session, "chop", "cut", [audit(False)] * 5)
    with giving_up(it.session, "chop"):
        settle_audits(it.session, skill_of(CHOP))
    assert progress.status == "abandoned"
    assert 'the judge is fooled by chop: 5 of 5 checked verdicts of "done" were false' in progress.reason
    assert [event["kind"] for event in it.events("judge_fooled", "judge_refitted", "abandoned")] == [
        "judge_fooled", "judge_refitted", "judge_fooled", "abandoned",
    ]  # fmt: skip


def test_a_head_that_was_learned_is_kept_with_the_session_and_judges_from_then_on(
    small: Callable[..., Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    head = Head(centre=(0.0,), scale=(1.0,), weights=(2.0,), bias=0.5, bar=0.7, kept=0.9)
    monkeypatch.setattr(
        "agent.practice.judged.judging.refit", lambda *_: Refit(bar=1.0, head=head, negatives=5, positives=7)
    )
    it = small(success="judge")
    note_audits(it.session, "chop", "cut", [audit(False)] * 5)
    settle_audits(it.session, skill_of(CHOP))
    (event,) = it.events("judge_refitted")
    assert (event["by"], event["negatives"], event["positives"], event["kept"]) == ("head", 5, 7, 0.9)
    recipe = judge_recipe(it.session, {})
    assert (recipe.heads, recipe.bars) == ({"chop": head}, {})
    it.session.state.save(it.session.run.path)
    assert Head.from_record(SessionState.load(it.session.run.path).skills["chop"].head) == head


def test_where_the_judge_is_as_sure_as_can_be_the_skill_is_given_up_at_once(
    small: Callable[..., Small], sure: Callable[[float], list[int]]
) -> None:
    sure(1.0)
    it = small(success="judge")
    note_audits(it.session, "chop", "cut", [audit(False)] * 5)
    with pytest.raises(JudgeFooled, match="is sure of it: 5 of 5"):
        settle_audits(it.session, skill_of(CHOP))


def test_trials_are_audited_too(small: Callable[..., Small]) -> None:
    session = small(success="judge", audits=1.0).session
    none, one = dict.fromkeys(NAMES, 0), {**dict.fromkeys(NAMES, 0), "wood": 1}
    tried = [
        replace(result("chop", outcome, 3), before=none, after=after)
        for outcome, after in (("done", one), ("done", none), ("not_done", none))
    ]
    audit_trial(session, skill_of(CHOP), tried)
    progress = session.state.skills["chop"]
    assert (progress.audited, progress.falsely_done) == (2, 1)
    by_facts = small(audits=1.0).session
    audit_trial(by_facts, skill_of(CHOP), tried)
    assert by_facts.state.skills["chop"].audited == 0


# A whole training.


def test_a_training_on_verdicts_is_the_training_on_facts_where_they_agree(
    tmp_path: Path, small: Callable[..., Small]
) -> None:
    """Facts in the judge's place: the same episodes end, with the same rewards."""
    from skills.training.config import PPOConfig
    from skills.training.spec import TrainSpec

    wood = Skill(
        name="chop", game="toy", kind=SkillKind.ACT, description="take wood", option=OptionCode(),
        effects=Effects(obtains={"wood": 1}), policy=PolicyRecord(kind="learned"), step_cap=20,
    )  # fmt: skip
    session = small(success="judge", judge="facts", audits=1.0).session
    rule = judged_rule(session, wood)
    assert rule is not None
    config = PPOConfig(n_games=4, horizon=32, batch_size=64, n_epochs=2, workers=0)
    audits: list[Audit] = []
    results = [
        train_skill(
            TrainSpec(
                game="toy", skill=wood, work_dir=tmp_path / name, budget_steps=512, config=config, seed=1,
                judged=judged,
            ),
            on_progress=lambda progress: audits.extend(progress.audits),
        )
        for name, judged in (("facts", None), ("judge", replace(rule, every=1)))
    ]  # fmt: skip
    by_facts, by_verdicts = results
    assert by_facts.episodes == by_verdicts.episodes > 0
    assert by_facts.curve == by_verdicts.curve
    assert by_facts.weights["chop"].read_bytes() == by_verdicts.weights["chop"].read_bytes()
    assert audits and all(audit.truth for audit in audits)


def test_a_game_that_nobody_looks_at_is_refused_before_play(tmp_path: Path) -> None:
    nowhere = PracticeConfig(game="toy", runs_dir=tmp_path / "runs")
    for config in (replace(nowhere, success="judge"), replace(nowhere, judged_skills=("chop",))):
        with pytest.raises(NobodyJudges, match="nobody looks at toy"):
            run_practice(config)
    assert not (tmp_path / "runs").exists()
    require_any_judge(PracticeConfig(game="toy", success="judge", judge="facts"))


def test_names_that_were_no_skill_are_told_at_the_end(small: Callable[..., Small]) -> None:
    it = small(judged_skills=("nope",))
    tell_unmatched(it.session)
    told = [event for event in it.session.run.events() if event["kind"] == "judged_skills_unmatched"]
    assert [event["skills"] for event in told] == [["nope"]]
