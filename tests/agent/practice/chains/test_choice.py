"""Which skill begins a chain, which follows, and what is remembered of situations."""

import numpy as np
import pytest

from agent.practice.chains.choice import draw, first_probabilities, next_probabilities
from agent.practice.situations import MOST_SITUATIONS, Situations, situation
from agent.testing.toy import SPEC
from planners.plan import Execution, Verdict
from skills.skill import SkillStats

SUCCESS = {"chop": 0.9, "dig": 0.3, "nap": 0.6}
PLAUSIBLE = {"chop": 0.2, "dig": 1.0, "nap": 0.4}


def test_what_works_here_and_is_still_learned_comes_first() -> None:
    even = first_probabilities({"a": 0.5, "b": 0.5}, {"a": 0.0, "b": 1.0})
    assert even["b"] > 2 * even["a"] and sum(even.values()) == pytest.approx(1)
    rates = first_probabilities(SUCCESS, dict.fromkeys(SUCCESS, 0.0))
    assert rates["chop"] > rates["nap"] > rates["dig"]
    assert first_probabilities({"a": 0.5}, {}) == {"a": 1.0}
    assert first_probabilities({}, {}) == {}


def test_with_weight_0_only_success_counts_and_with_1_only_plausibility() -> None:
    success = next_probabilities(SUCCESS, PLAUSIBLE, 0.0)
    assert success == pytest.approx({"chop": 0.5, "dig": 1 / 6, "nap": 1 / 3})
    assert success == next_probabilities(SUCCESS, dict.fromkeys(SUCCESS, 1.0), 0.0)
    plausible = next_probabilities(SUCCESS, PLAUSIBLE, 1.0)
    assert plausible == pytest.approx({"chop": 0.125, "dig": 0.625, "nap": 0.25})
    assert plausible == next_probabilities(dict.fromkeys(SUCCESS, 0.1), PLAUSIBLE, 1.0)


def test_in_between_both_count() -> None:
    both = next_probabilities({"a": 0.64, "b": 0.16}, {"a": 0.25, "b": 0.25}, 0.5)
    assert both == pytest.approx({"a": 2 / 3, "b": 1 / 3})  # .4 and .2


def test_what_never_worked_is_drawn_where_there_is_nothing_else() -> None:
    assert next_probabilities({"a": 0.0, "b": 0.0}, {"a": 1.0, "b": 1.0}, 0.5) == {"a": 0.5, "b": 0.5}


def test_draws_follow_the_probabilities() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw(rng, {"a": 0.8, "b": 0.2, "c": 0.0}) for _ in range(2000)]
    assert 1500 < drawn.count("a") < 1700 and "c" not in drawn


def execution(skill: str, outcome: str, interrupted_by: str = "", **before: int) -> Execution:
    verdict = Verdict(outcome=outcome, reason="", judge="test")  # type: ignore[arg-type]
    return Execution(
        skill=skill, verdict=verdict, env_steps=3, before=before, after=before, interrupted_by=interrupted_by
    )


def test_situations_tell_things_places_and_low_bars_apart() -> None:
    assert situation({"wood": 1}, SPEC) == situation({"wood": 7}, SPEC) != situation({}, SPEC)
    assert situation({"near.tree": 1}, SPEC) != situation({"known.tree": 1}, SPEC)
    assert situation({"distance.tree": 5, "did.collect_wood": 3}, SPEC) == situation({}, SPEC)


def test_success_in_situations_like_this_counts_most() -> None:
    seen, nowhere = Situations(), SkillStats()
    assert seen.success_rate("chop", {}, SPEC, nowhere) == 0.5
    for _ in range(10):
        seen.note(execution("chop", "done", **{"near.tree": 1}), SPEC)
        seen.note(execution("chop", "not_done", wood=9, stone=1, pick=1, **{"near.rock": 1}), SPEC)
    beside_tree = seen.success_rate("chop", {"near.tree": 1}, SPEC, nowhere)
    laden = seen.success_rate("chop", {"wood": 9, "stone": 1, "pick": 1, "near.rock": 1}, SPEC, nowhere)
    assert beside_tree > 0.8 and laden < 0.2
    assert seen.success_rate("dig", {"near.tree": 1}, SPEC, SkillStats(successes=8)) == 0.9


def test_unclear_and_interrupted_executions_say_nothing() -> None:
    seen = Situations()
    seen.note(execution("chop", "unclear"), SPEC)
    seen.note(execution("chop", "not_done", interrupted_by="nap"), SPEC)
    assert seen.outcomes == {}


def test_situations_do_not_grow_without_end() -> None:
    seen = Situations()
    facts = [fact.name for fact in SPEC.facts if fact.kind in ("count", "place", "known")]
    for number in range(300):
        before = {name: number >> i & 1 for i, name in enumerate(facts)}
        seen.note(execution("chop", "done", **before), SPEC)
    assert len(seen.outcomes["chop"]) == MOST_SITUATIONS
    assert Situations.model_validate_json(seen.model_dump_json()) == seen
