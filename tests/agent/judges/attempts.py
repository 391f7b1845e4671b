"""Attempts to be judged, with real pictures of Crafter and a terminal."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from envs.facts import EndStatus
from envs.registry import make_game
from planners.execution.judge import JudgeTask
from planners.execution.views import Views

CLAIM = "there is a gap of one cell between two trees"


def crafter_attempt(claim: str = CLAIM, *, seed: int = 3, steps: int = 40) -> JudgeTask:
    """An attempt of random steps in Crafter, seen as judges that look see it."""
    game, views = make_game("crafter"), Views(captions=False, frames=True)
    game.reset(seed)
    before = game.facts()
    rng = np.random.default_rng(seed)
    views.look(game, 0)
    while game.steps < steps and game.status is EndStatus.RUNNING:
        game.step(int(rng.integers(len(game.spec.actions))))
        views.look(game, game.steps)
    views.look(game, game.steps, last=True)
    seen = views.chosen()
    return JudgeTask(
        task="gap",
        obtains={},
        kinds=game.spec.fact_kinds,
        before=before,
        after=game.facts(),
        claim=claim,
        frames=seen.frames,
        frame_steps=seen.steps,
        event_frames=seen.events,
        course_seen=seen.course_seen,
    )


def terminal_attempt() -> JudgeTask:
    """An attempt of which the terminal was seen."""
    return JudgeTask(
        task="kick",
        obtains={},
        kinds={},
        before={},
        after={},
        claim="the door was kicked open",
        frame_steps=(0, 4),
        screens=("@+ \x1b[2J T:1", "@. WHAMM!! T:5"),
    )


def criteria(*texts: str) -> str:
    """A reply that breaks a claim down."""
    return json.dumps({"criteria": texts or ["two trees stand with one free cell between them"]})


def judgement(n_views: int, verdict: str = "done", *statuses: str, **more: Any) -> str:
    """A reply that judges an attempt."""
    default = {"done": "met", "not_done": "not met", "unclear": "not visible"}[verdict]
    reply = {
        "seen": [f"view {n}" for n in range(1, n_views + 1)],
        "criteria": [
            {"number": n, "status": status, "why": f"look {n}"}
            for n, status in enumerate(statuses or (default,), 1)
        ],
        "confidence": 0.9,
        "verdict": verdict,
        **more,
    }
    return f"```json\n{json.dumps(reply)}\n```"
