"""Verdicts held against the referee."""

import pytest

from agent.evaluation.episodes import EpisodeRecord
from agent.evaluation.verdicts import agreement_of


def episode(outcome: str, success: float) -> EpisodeRecord:
    verdict = {"outcome": outcome, "judge": "embedded", "confidence": 0.9} if outcome else {}
    return EpisodeRecord(
        seed=1, status="TIME_LIMIT", env_steps=9, figures={"success": success}, verdict=verdict
    )


def test_unclear_is_neither_agreement_nor_disagreement() -> None:
    said = [("done", 1), ("done", 0), ("not_done", 0), ("not_done", 1), ("not_done", 0), ("unclear", 1)]
    found = agreement_of([episode(*each) for each in [*said, ("", 1)]])
    low, high = found.pop("ci95")
    assert found == {"episodes": 6, "unclear": 1, "falsely_done": 1, "missed": 1, "agreement": 0.6}
    assert low < 0.6 < high


@pytest.mark.parametrize("outcomes", [[], [""]])
def test_nobody_looked(outcomes: list[str]) -> None:
    assert agreement_of([episode(outcome, 0) for outcome in outcomes]) == {}


def test_everything_unclear() -> None:
    found = agreement_of([episode("unclear", 0)])
    assert (found["unclear"], found["agreement"], found["ci95"]) == (1, None, None)
