"""The translator: rows of symbols, and what sentences may claim."""

from dataclasses import replace

import numpy as np
import pytest

from agent.judge_training.translating import Example, Translating, TranslatorModel, learn_translator, loss_of
from agent.judges.embedded.claims import read_claim
from agent.judges.embedded.grammar import OTHER, SYMBOLS, allowed, claim_of, expected, row_of
from agent.judges.embedded.translator import Meaning, Translator, Translators

CLAIMS = ("gain wood 2", "light dark", "and (near table) (not (asleep))", "side tree left", OTHER)


@pytest.mark.parametrize("short", CLAIMS[:-1])
def test_rows_hold_claims(short: str) -> None:
    row = row_of(short)
    assert row is not None
    assert claim_of(row) == read_claim(short)
    assert not expected(row)
    assert all(expected(row[:k]) for k in range(len(row)))


def test_a_row_that_claims_cannot_say_is_no_claim() -> None:
    row = row_of(f"and (gain wood 1) ({OTHER})")
    assert row is not None
    assert not expected(row)
    assert claim_of(row) is None


@pytest.mark.parametrize("short", ["gain wood 12", "and (asleep) (" * 9 + "asleep", "see unicorn 1"])
def test_what_rows_cannot_hold_is_none(short: str) -> None:
    assert row_of(short) is None


def test_only_what_fits_may_follow() -> None:
    row = row_of("gain wood 2")
    assert row is not None
    items = {SYMBOLS[i] for i in np.flatnonzero(allowed(expected(row[:1])[0]))}
    assert "wood" in items
    assert not items & {"tree", "left", "2", "and"}


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    rng = np.random.default_rng(0)
    rows = [row_of(short) for short in CLAIMS]
    return [
        Example(row, rng.normal(size=(5 + i, 384)).astype(np.float16))
        for i, row in enumerate(rows)
        if row is not None
    ]


def test_it_learns_its_sentences_and_numpy_computes_what_torch_does(examples: list[Example]) -> None:
    import torch

    weights = learn_translator(examples * 8, Translating(epochs=120, batch=40), lambda epoch, loss: None)
    translator = Translator(weights)
    for short, example in zip(CLAIMS[:-1], examples, strict=False):
        meaning = translator.meaning(example.states)
        assert str(meaning.claims[0]) == short
        assert meaning.shares[0] > 0.5
        model = TranslatorModel()
        model.load_state_dict({name: torch.from_numpy(values) for name, values in weights.items()})
        with torch.inference_mode():
            loss = float(loss_of(model.eval(), [example]))
        assert meaning.shares[0] == pytest.approx(np.exp(-loss), abs=1e-3)
    assert sum(translator.meaning(examples[-1].states).shares) < 0.5


def test_what_several_say_is_averaged(examples: list[Example]) -> None:
    how = Translating(epochs=40, batch=40)
    weights = [
        learn_translator(examples * 8, how, lambda epoch, loss: None) for how in (how, replace(how, seed=1))
    ]
    both = Translators.of(
        {f"{k}.{name}": own for k, each in enumerate(weights) for name, own in each.items()}
    )
    states = examples[0].states
    alone = [Translator(each).meaning(states) for each in weights]
    expected = np.mean(
        [dict(zip(m.claims, m.shares, strict=True)).get(read_claim(CLAIMS[0]), 0) for m in alone]
    )
    found = both.meaning(states)
    assert found.shares[found.claims.index(read_claim(CLAIMS[0]))] == pytest.approx(expected)
    assert sum(found.shares) <= 1 + 1e-5


def test_flattened_shares_keep_their_order_and_leave_room_for_something_else() -> None:
    meaning = Meaning((read_claim("asleep"), read_claim("slept")), (0.9, 0.08))
    flat = meaning.flattened(1.67)
    assert flat.claims == meaning.claims
    assert 0.9 > flat.shares[0] > flat.shares[1] > 0.08
    assert 1 - sum(flat.shares) > 0.02
    assert meaning.flattened(1.0) is meaning
    assert Meaning((), ()).flattened(1.67).shares == ()
