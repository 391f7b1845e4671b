"""How far the verdicts of a judge that looked agree with the referee of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.evaluation.episodes import EpisodeRecord
from skills.interval import wilson

SUCCESS = "success"
"""The criterion by which the referee of a task in words tells success."""


def agreement_of(episodes: Sequence[EpisodeRecord]) -> dict[str, Any]:
    """Counts, as JSON values, over the episodes that a judge looked at; empty where it looked at none.

    ``agreement`` is the share of clear verdicts that are the referee's, with its 95 % interval (Wilson).
    """
    judged = [episode for episode in episodes if episode.verdict and SUCCESS in episode.figures]
    clear = [episode for episode in judged if episode.verdict["outcome"] != "unclear"]
    if not judged:
        return {}
    false = sum(_done(episode) and not episode.figures[SUCCESS] for episode in clear)
    missed = sum(not _done(episode) and bool(episode.figures[SUCCESS]) for episode in clear)
    right = len(clear) - false - missed
    return {
        "episodes": len(judged),
        "unclear": len(judged) - len(clear),
        "falsely_done": false,
        "missed": missed,
        "agreement": round(right / len(clear), 4) if clear else None,
        "ci95": wilson(right, len(clear)).rounded(4) if clear else None,
    }


def _done(episode: EpisodeRecord) -> bool:
    return bool(episode.verdict["outcome"] == "done")
