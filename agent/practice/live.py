"""What a practice shows of itself while it runs: how it stands, and a picture of a game now and then.

```
runs/<run>/live/state.json     what is done now, and of what the budget was spent on
runs/<run>/live/picture.png    one of the games that are played, at most every two seconds
```

Whoever looks on reads these files; the practice knows of nobody. They tell of the moment and are replaced, so
they are not flushed to the disk: a power failure may lose them, which loses nothing else.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.llm.meter import Meter
from agent.play.jobs import JobResult
from agent.practice.session_state import Budget, SessionState
from agent.practice.steering import Steering
from agent.records.clock import Clock
from agent.records.redaction import redact_record
from envs import disk
from envs.disk import Written
from envs.facts import FAR, FactSpec
from envs.game import GameSpec
from envs.rollout.view import GameView
from skills.files import to_json, write_atomically
from skills.training.spec import TrainProgress

FOLDER: Final = "live"
STATE_FILE: Final = "state.json"
PICTURE_FILE: Final = "picture.png"
SCHEMA: Final = 1
EVERY_S: Final = 2.0
"""Seconds between two states or pictures, at least."""
PICTURE_SIZE: Final = (288, 288)
"""Width and height of the picture, pixels."""
TERMINAL_SIZE: Final = (720, 432)
"""The same of games that are played on a terminal."""
MOST_PLAN_STEPS: Final = 20
"""Steps of a plan that are shown."""


def picture_size(spec: GameSpec) -> tuple[int, int]:
    """Width and height of a game's pictures for people, pixels."""
    return TERMINAL_SIZE if spec.terminal else PICTURE_SIZE


def png(pixels: NDArray[np.uint8]) -> bytes:
    r"""A picture ``uint8[height, width, 3]`` as a PNG file, quickly rather than small.

    >>> png(np.zeros((4, 4, 3), np.uint8))[:4]
    b'\x89PNG'
    """
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


@dataclass(slots=True, kw_only=True)
class LiveFiles:
    """Keeps a run's live files; without a folder, none.

    Attributes:
        folder: of the files.
        spec: the game.
        limits: budgets and caps, as the state names them.
        state: of the session.
        budget: of the session.
        meter: of the model.
        steering: wishes.
        clock: seconds that only grow.
    """

    folder: Path | None = None
    spec: GameSpec | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    state: SessionState | None = None
    budget: Budget | None = None
    meter: Meter | None = None
    steering: Steering | None = None
    clock: Callable[[], float] = time.monotonic
    _times: Clock = field(default_factory=Clock)
    _written: float = float("-inf")
    _pictured: float = float("-inf")
    _now: dict[str, Any] = field(default_factory=dict)
    _round: dict[str, Any] = field(default_factory=dict)
    _game: dict[str, Any] = field(default_factory=dict)
    _paused: bool = False

    # What the session tells.

    def doing(self, what: str, skill: str = "", **more: Any) -> None:
        """From now on something else is done, such as ``designing`` or ``searching``."""
        if self.folder is None:
            return
        kept = self._now if skill == self._now.get("skill") else {}
        self._now = {**kept, "doing": what, "skill": skill, **more}
        if what != "training":
            self._round = {}
        self._write_if_due()

    def size(self) -> tuple[int, int] | None:
        """Width and height of the picture that is due; None while none is."""
        if self.folder is None or self.spec is None or self.clock() - self._pictured < EVERY_S:
            return None
        return picture_size(self.spec)

    def trained(self, progress: TrainProgress, skills: Sequence[str]) -> None:
        """A rollout of a training is over; `skills` are those that are trained."""
        if self.folder is None:
            return
        self._round = {
            "steps": progress.steps, "budget_steps": progress.budget_steps, "episodes": progress.episodes,
            "success_rate": progress.success_rate, "steps_per_second": progress.steps_per_second,
        }  # fmt: skip
        if progress.view is not None:
            of = "one of the games in training"
            self._show(progress.view, {"of": of, "skill": skills[progress.view.skill], "plan": []})
        self._write_if_due()

    def played(self, result: JobResult) -> None:
        """A piece of play is over."""
        if self.folder is None:
            return
        if result.view is not None and self.clock() - self._pictured >= EVERY_S:
            self._show(result.view, _of_job(result))
        self._write_if_due()

    def paused(self, paused: bool) -> None:
        """A pause begins, or is over."""
        self._paused = paused
        self._write()

    def ended(self) -> None:
        """The session is over; what was last seen stays."""
        self._now, self._round = {"doing": "ended"}, {}
        self._write()

    # What is written.

    def _show(self, view: GameView, more: Mapping[str, Any]) -> None:
        assert self.folder is not None and self.spec is not None
        self._pictured = self.clock()
        disk.make_folder(self.folder, Written.LIVE)
        write_atomically(self.folder / PICTURE_FILE, png(view.picture), Written.LIVE, flush=False)
        bars: list[dict[str, Any]] = []
        facts: dict[str, dict[str, int]] = {}
        for fact, value in zip(self.spec.facts, view.facts.tolist(), strict=True):
            if fact.kind == "level":
                bars.append({"name": fact.name, "value": value, "high": fact.high})
            elif value and not (fact.kind == "distance" and value >= FAR) and _is_plain(fact):
                facts.setdefault(fact.kind, {})[fact.name] = value
        self._game = {"at": self._times.timestamp, "step": view.steps, "bars": bars, "facts": facts, **more}

    def _write_if_due(self) -> None:
        if self.clock() - self._written >= EVERY_S:
            self._write()

    def _write(self) -> None:
        if self.folder is None:
            return
        self._written = self.clock()
        disk.make_folder(self.folder, Written.LIVE)
        write_atomically(
            self.folder / STATE_FILE, to_json(redact_record(self._record())), Written.LIVE, flush=False
        )

    def _record(self) -> dict[str, Any]:
        steps = self.state.steps if self.state else 0
        return {
            "schema": SCHEMA,
            "at": self._times.timestamp,
            "paused": self._paused,
            **self._now,
            "queued": list(self.steering.queued) if self.steering else [],
            "steps": steps + int(self._round.get("steps", 0)),
            "seconds": round(self.budget.seconds, 1) if self.budget else 0.0,
            "round": self._round,
            "game": self._game,
            "model": self.meter.summary() if self.meter else {},
            "limits": dict(self.limits),
        }


def _is_plain(fact: FactSpec) -> bool:
    """Whether a fact's value says something by itself: of what is no count, only whether it holds."""
    return fact.kind != "status" or fact.high - fact.low <= 1


def _of_job(result: JobResult) -> dict[str, Any]:
    """What a piece of play was for, and how it went, in words that a page may show."""
    job, attempt = result.job, result.attempt
    plan: dict[str, Any] = next(
        (e for e in reversed(result.events) if e["kind"] in ("plan_made", "replanned")), {}
    )
    told: dict[str, Any] = {
        "of": "an attempt" if job.skill else "play towards states to practise in",
        "skill": job.skill or (result.results[-1].skill if result.results else ""),
        "goal": dict(job.goal),
        "plan": list(plan.get("steps", ()))[:MOST_PLAN_STEPS],
    }
    if attempt is not None:
        told |= {"outcome": attempt.verdict.outcome, "reason": attempt.verdict.reason}
    return told
