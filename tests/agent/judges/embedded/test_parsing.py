"""Sentences are read as the claims that they make, or not at all."""

import numpy as np
import pytest

from agent.judge_training.pool import single_claims
from agent.judges.embedded.claims import read_claim
from agent.judges.embedded.parsing import parse_claim
from agent.judges.embedded.wording import Speaker


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Collect 3 stone without losing health.", "and (gain stone 3) (steady health)"),
        ("a table beside water", "beside table water"),
        ("table and furnace side by side", "beside table furnace"),
        ("stand with water on three sides", "sides water 3"),
        ("a straight row of four placed stones", "row stone 4"),
        ("a gap of one cell between two trees", "gap tree"),
        ("carry 3 iron and stand by a table", "and (have iron 3) (near table)"),
        ("hold 5 wood, 5 stone and 2 coal at once", "and (and (have wood 5) (have stone 5)) (have coal 2)"),
        ("no zombies in view", "not (see zombie 1)"),
        ("get 2 logs without picking up stone", "and (gain wood 2) (not (gain stone 1))"),
    ],
)
def test_sentences_are_understood(text: str, claim: str) -> None:
    assert str(parse_claim(text)) == claim


@pytest.mark.parametrize("text", ["", "make an espresso", "collect", "wood " * 100, "see 3 dragons"])
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    assert parse_claim(text) is None


def test_every_single_claim_is_read_as_it_was_said() -> None:
    speaker = Speaker(np.random.default_rng(0))
    said = {claim: text for claim in single_claims() if (text := speaker.say(claim))}
    assert len(said) > 900
    assert [(str(claim), text) for claim, text in said.items() if parse_claim(text) != claim] == []


def test_words_for_evaluation_are_not_read() -> None:
    speaker = Speaker(np.random.default_rng(0), new=True)
    assert parse_claim(speaker.say(read_claim("gain wood 3")) or "") is None


@pytest.mark.parametrize(
    "short", ["", "fly", "gain wood", "gain gold 1", "and (asleep)", "see tree 99", "not (asleep"]
)
def test_a_claim_in_wrong_form_is_refused(short: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_claim(short)
