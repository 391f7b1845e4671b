"""Writes an episode of a task into its run: what was decided, what it follows from, how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.play.watched import EpisodeOver
from agent.records.runs import Run
from agent.solving.report import SolvedEpisode
from envs.recording.trace import Trace
from envs.workers.remarks import remark


def note_episode(
    run: Run,
    episode: SolvedEpisode,
    events: Sequence[Mapping[str, Any]],
    trace: Trace | None,
    task: str,
    goal: Mapping[str, int],
) -> None:
    """Note one episode, and tell whoever watches.

    Args:
        run: whose it is.
        episode: how it went.
        events: what the executors decided, as records.
        trace: what it follows from; None where that was not kept.
        task: in words.
        goal: facts that should hold; empty where no fact states the task.
    """
    record = episode.to_record()
    place = run.play(episode.seed, events)
    if trace is not None:
        verdict = record.get("verdict")
        unclear = verdict is not None and verdict["outcome"] == "unclear"
        run.episode(
            trace.to_record(), place, origin="solve", asked=task, goal=dict(goal),
            done=None if unclear else episode.success, ending=record["ending"], verdict=verdict,
        )  # fmt: skip
    run.event("episode", **record)
    words = episode.ending.words if episode.ending else ""
    remark(EpisodeOver(seed=episode.seed, words=words, reached=episode.success))
