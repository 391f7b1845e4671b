"""A head learns to tell successes from what was taken for them, or says that it cannot."""

import json

import numpy as np
import pytest

from agent.judges.refit_head import BOUND, FEWEST, Head, fit_head


def drawn(n: int, *, apart: float, seed: int = 0) -> tuple[np.ndarray, list[bool], list[int]]:
    """Attempts whose first feature tells success, as far as they are apart; twenty others tell nothing."""
    rng = np.random.default_rng(seed)
    holds = [bool(i % 2) for i in range(n)]
    rows = rng.normal(size=(n, 21))
    rows[:, 0] += apart * (2 * np.array(holds) - 1)
    return rows, holds, list(range(n))


def test_what_can_be_told_apart_is_learned_and_holds_for_attempts_not_seen() -> None:
    head = fit_head(*drawn(120, apart=3.0))
    assert head is not None and head.kept > 0.8
    rows, holds, _ = drawn(400, apart=3.0, seed=1)
    passed = np.array([head.chance(row) >= head.bar for row in rows])
    assert passed[np.array(holds)].mean() > 0.8
    assert passed[~np.array(holds)].mean() <= 2 * BOUND


def test_what_cannot_be_told_apart_gives_no_head() -> None:
    assert fit_head(*drawn(120, apart=0.0)) is None


def test_too_few_give_no_head() -> None:
    rows, holds, episodes = drawn(2 * FEWEST - 1, apart=9.0)
    assert fit_head(rows, holds, episodes) is None
    assert fit_head(rows, [True] * len(rows), episodes) is None
    assert fit_head(rows, holds, [3] * len(rows)) is None  # of one episode: nothing is left to try it on


def test_it_is_the_same_again_and_after_it_was_kept() -> None:
    rows, holds, episodes = drawn(60, apart=3.0)
    head = fit_head(rows, holds, episodes)
    assert head is not None and fit_head(rows, holds, episodes) == head
    kept = Head.from_record(json.loads(json.dumps(head.to_record())))
    assert kept == head
    assert kept.chance(rows[0]) == head.chance(rows[0])


def test_other_features_are_refused() -> None:
    head = fit_head(*drawn(60, apart=3.0))
    assert head is not None
    with pytest.raises(ValueError, match="20 features; expected 21"):
        head.chance(np.zeros(20))
