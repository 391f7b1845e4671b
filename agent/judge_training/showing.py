"""Explains a verdict on a recorded episode."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from agent.errors import AgentError
from agent.judge_training.plays import Play
from agent.judge_training.replay import PlayDiverged, Replayer
from agent.judges.embedded.judge import EmbeddedJudge
from envs.crafter.game import CrafterGame
from envs.crafter.spec import SPEC
from planners.execution.judge import JudgeTask
from planners.execution.views import Views


class BadEpisode(AgentError):
    """A folder holds no recorded episode of Crafter that begins with its seed."""


def explain(judge: EmbeddedJudge, folder: Path, claim: str, start: int, end: int | None) -> dict[str, Any]:
    """The verdict on a part of a recorded episode, and what it rests on.

    Raises:
        BadEpisode: the recording cannot be used, or has no such steps.
    """
    play = _recorded(folder)
    last = len(play.actions) if end is None else end
    if not 0 <= start < last <= len(play.actions):
        raise BadEpisode(f"{folder} has {len(play.actions)} steps; steps {start} to {last} were asked for")
    task = _task(play, claim, start, last)
    verdict = judge.judge(task)
    return {
        "claim": claim,
        "steps": [start, last],
        "verdict": verdict.outcome,
        "confidence": verdict.confidence,
        "reason": verdict.reason,
        "looked_at": [
            start + step for step in sorted({*task.frame_steps, *(e.step for e in task.event_frames)})
        ],
        "course_seen": task.course_seen,
    }


def _recorded(folder: Path) -> Play:
    try:
        summary = json.loads((folder / "recording.json").read_text(encoding="utf-8"))
        with np.load(folder / "facts.npz", allow_pickle=False) as file:
            play = Play(int(summary["seed"]), file["actions"].astype(np.uint8))
        Replayer().watch(play)
        return play
    except (OSError, ValueError, KeyError, TypeError, PlayDiverged) as error:
        raise BadEpisode(
            f"{folder} is no recording of a whole episode of {SPEC.title} ({error}); record one with: "
            "journeyman solve collect_wood --record"
        ) from error


def _task(play: Play, claim: str, start: int, end: int) -> JudgeTask:
    """The attempt as judges are shown it."""
    game, views = CrafterGame(), Views(captions=False, frames=True)
    game.reset(play.seed)
    before: dict[str, int] = {}
    for step in range(end + 1):
        if step == start:
            before = game.facts()
        if step >= start:
            views.look(game, step - start, last=step == end)
        if step < end:
            game.step(int(play.actions[step]))
    seen = views.chosen()
    return JudgeTask(
        task=claim, claim=claim, obtains={}, kinds=SPEC.fact_kinds, before=before, after=game.facts(),
        status=game.status, frames=seen.frames, frame_steps=seen.steps, event_frames=seen.events,
        course_seen=seen.course_seen,
    )  # fmt: skip
