"""Attempts of skills that were learned on verdicts: recorded, read, and judged again."""

import json
from pathlib import Path

import numpy as np
import pytest

from agent.judge_training.measuring import quality_of
from agent.judge_training.on_policy import SHIPPED, BadAttempts, judge_attempts, read_attempts
from agent.judge_training.plays import Play
from agent.judge_training.recording import NothingToRecord, claims_of, holds_in, record_attempts
from agent.judge_training.replay import Replayer
from agent.judge_training.segments import Segment
from agent.judges.embedded import EmbeddedJudge
from agent.judges.embedded.claims import read_claim
from agent.play.kit import Kit
from agent.play.libraries import shipped_library
from agent.play.load import load_kit
from envs.seeding import EVALUATION_BASE


@pytest.fixture(scope="module")
def kit() -> Kit:
    """The starter library, of which two skills are said to be judged by looking."""
    kit = load_kit(shipped_library(), "crafter")
    claims = {"collect_wood": "collect wood", "collect_sapling": "a violet moon"}
    for name, claim in claims.items():
        kit.skills[name] = kit.skills[name].model_copy(update={"claim": claim})
    return kit


def test_what_is_shipped_was_played_on_evaluation_seeds_and_is_judged_well() -> None:
    recorded = list(read_attempts(SHIPPED))
    assert all(attempt.play.seed >= EVALUATION_BASE for attempt in recorded)
    assert len({attempt.claim for attempt in recorded}) == 5
    some = quality_of(judge_attempts(EmbeddedJudge.load(), iter(recorded[::9])))
    assert some.n == len(recorded[::9])
    assert some.coverage > 0.9
    assert some.accuracy > 0.9


def test_recorded_attempts_are_read_again_and_say_what_the_engine_shows(kit: Kit, tmp_path: Path) -> None:
    path = tmp_path / "attempts.jsonl"
    n = record_attempts(kit, path, 4)
    recorded = list(read_attempts(path))
    assert n == len(recorded) >= 4
    assert {attempt.claim for attempt in recorded} == {"collect wood"}
    assert {attempt.holds for attempt in recorded} == {True, False}
    for attempt in recorded:
        counts = Replayer().watch(attempt.play).truths.counts
        assert attempt.holds == (counts[-1, 5] > counts[attempt.start, 5])


def test_only_claims_that_can_be_read_are_recorded(kit: Kit, tmp_path: Path) -> None:
    assert list(claims_of(kit)) == ["collect_wood"]
    with pytest.raises(NothingToRecord, match="--proposer pool"):
        record_attempts(load_kit(shipped_library(), "crafter"), tmp_path / "none.jsonl", 1)
    assert not (tmp_path / "none.jsonl").exists()


def test_a_claim_is_held_against_the_part_that_was_played() -> None:
    episode = Replayer().watch(Play(3, np.zeros(4, np.uint8)))
    assert holds_in(episode, Segment(0, 4, "on policy"), read_claim("have health 9"))
    assert not holds_in(episode, Segment(0, 4, "on policy"), read_claim("gain wood 1"))


@pytest.mark.parametrize(
    "line", ["{", "[]", json.dumps({"seed": 1, "actions": [1], "start": 4, "claim": "x", "success": True})]
)
def test_a_damaged_line_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "attempts.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(BadAttempts, match=r"line 1: .*expected seed, actions, start, claim and success"):
        list(read_attempts(path))
