"""What the journals of a practice come to, record by record: skills, curves, growth, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from agent.records.sentences import told
from envs.json_text import MALFORMED
from envs.text import plain
from skills.interval import wilson

MOST_ENTRIES: Final = 300
"""Things that happened which a page is told at first, the latest."""
MOST_VERDICTS: Final = 24
"""Verdicts with pictures, the latest."""
MOST_POINTS: Final = 240
"""Points of a curve; beyond it every other one is left out."""
MOST_SKILLS: Final = 2_000
LONGEST_TEXT: Final = 600

KINDS: Final[Mapping[str, str]] = {
    "started": "run", "resumed": "run", "interrupted": "run", "crashed": "bad", "finished": "run",
    "proposed": "task", "proposed_more": "task", "no_proposals": "task", "no_claim": "task",
    "chosen": "chosen", "command": "person", "command_ignored": "person", "pause_ended": "person",
    "wish_taken": "person", "wish_waits": "person", "wish_refused": "person",
    "trained": "trained", "trained_together": "trained", "tried": "tried", "admitted": "admitted",
    "abandoned": "givenup", "not_polished": "givenup", "retired": "givenup", "corrected": "corrected",
    "waiting": "task", "verdict": "verdict", "monitor_turned": "bad", "worker_restarted": "bad",
    "model_down": "bad", "model_back": "run", "model_exhausted": "bad", "library_changed": "run",
    "chain_tried": "chain", "chain_compared": "chain", "distilled": "chain", "not_distilled": "chain",
}  # fmt: skip
"""Events that are shown -> what sort of thing they are; others are passed over."""

_WORDS: Final[Mapping[str, str]] = {
    "started": "the practice began",
    "resumed": "the practice was gone on with",
    "finished": "the practice is over",
    "worker_restarted": "a worker died and was started again",
    "model_down": "the model does not answer",
    "model_back": "the model answers again",
    "model_exhausted": "the model is not asked any more",
    "library_changed": "the library is not as the run had left it",
    "trained_together": "all skills were trained together",
    "retired": "retired",
}
_AFTER: Final = ("reason", "message")


@dataclass(slots=True)
class Curve:
    """Success of one skill over its own training steps, rounds joined end to end.

    Attributes:
        points: pairs of steps and success rate, 0..1.
    """

    points: list[tuple[int, float]] = field(default_factory=list)
    _base: int = 0
    _last: int = 0
    _first: int = 0

    def add(self, steps: int, rate: float) -> tuple[int, float]:
        """Add a rollout of a training that has taken so many steps; returns the point.

        A training that has fewer steps than before is the next round, or was gone on with from a checkpoint:
        its first rollout tells the two apart.
        """
        self._first = self._first or steps
        if steps <= self._last:
            if steps <= 2 * self._first:
                self._base += self._last
            else:
                self.points = [point for point in self.points if point[0] < self._base + steps]
        self._last = steps
        point = (self._base + steps, round(rate, 4))
        self.points.append(point)
        if len(self.points) > MOST_POINTS:
            self.points = [*self.points[:-1:2], self.points[-1]]
        return point

    @property
    def steps(self) -> int:
        """Steps of all rounds so far."""
        return self._base + self._last


@dataclass(slots=True)
class PracticeLog:
    """A practice as its journals tell it.

    Attributes:
        skills: name -> what is known of it, without its curve.
        curves: name -> its curve.
        growth: session steps and skills admitted, turn by turn.
        entries: what happened, in words, the latest last.
        verdicts: verdicts whose pictures were kept, the latest last.
        chosen: what is practised, why, and what comes next.
        counts: how often each kind of event happened.
        changed: names of skills that have changed since `take_changed`.
    """

    skills: dict[str, dict[str, Any]] = field(default_factory=dict)
    curves: dict[str, Curve] = field(default_factory=dict)
    growth: list[tuple[int, int]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    chosen: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    _number: int = 0

    def event(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        """Take note of an event; returns it as it is shown, None for one that is not."""
        kind = _text(record.get("kind"), 40)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        with suppress(
            KeyError, TypeError, ValueError, AttributeError
        ):  # written by another version, or by hand
            self._note(kind, record)
        if kind not in KINDS:
            return None
        self._number += 1
        entry = {
            "n": self._number, "at": _text(record.get("at"), 40), "kind": KINDS[kind],
            "skill": _text(record.get("skill", ""), 80), "text": _words(kind, record),
        }  # fmt: skip
        self.entries.append(entry)
        del self.entries[:-MOST_ENTRIES]
        return entry

    def metrics(self, record: Mapping[str, Any]) -> list[tuple[str, int, float]]:
        """Take note of a line of numbers; returns what it adds to curves: skill, steps, success rate."""
        added = []
        with suppress(*MALFORMED):
            if "train/success" in record:
                added.append(self._point(record["skill"], record["train/steps"], record["train/success"]))
            for key, rate in record.items():
                if key.startswith("train/success/"):
                    added.append(self._point(key.removeprefix("train/success/"), record["train/steps"], rate))
            if "monitor/steps" in record:
                self.growth.append((int(record["monitor/steps"]), int(record["monitor/skills"])))
                if len(self.growth) > 2 * MOST_POINTS:
                    self.growth = [*self.growth[:-1:2], self.growth[-1]]
        return added

    def take_changed(self) -> list[dict[str, Any]]:
        """The skills that have changed since the last call."""
        names, self.changed = self.changed, set()
        return [self.skills[name] for name in sorted(names)]

    def to_record(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        return {
            "skills": [
                {**skill, "curve": self.curves[name].points if name in self.curves else []}
                for name, skill in self.skills.items()
            ],
            "growth": self.growth,
            "entries": self.entries,
            "verdicts": self.verdicts,
            "chosen": self.chosen,
            "corrections": self.counts.get("corrected", 0),
            "admissions": self.counts.get("admitted", 0),
        }

    def _point(self, name: Any, steps: Any, rate: Any) -> tuple[str, int, float]:
        name = self._skill(name)["name"]
        x, y = self.curves.setdefault(name, Curve()).add(int(steps), _share(rate))
        self.skills[name]["steps"] = self.curves[name].steps
        return name, x, y

    def _skill(self, name: Any) -> dict[str, Any]:
        name = _text(name, 80)
        if name not in self.skills:
            if len(self.skills) >= MOST_SKILLS or not name:
                raise ValueError("too many skills to be shown")
            self.skills[name] = {
                "name": name,
                "status": "open",
                "steps": 0,
                "trained": 0,
                "trials": [],
                "corrections": 0,
            }
        self.changed.add(name)
        return self.skills[name]

    def _note(self, kind: str, record: Mapping[str, Any]) -> None:
        name = record.get("skill", "")
        match kind:
            case "claimed" | "designed":
                self._skill(name)
            case "chosen":
                self._skill(name)
                self.chosen = {
                    "skill": _text(name, 80), "reason": _text(record["reason"]),
                    "following": [_text(each, 80) for each in record["following"]][:5],
                    "at": _text(record["at"], 40),
                }  # fmt: skip
            case "trained" if name:
                self._skill(name)["trained"] += int(record["steps"])
            case "trained_together":
                for each in record["skills"]:
                    self._skill(each)["trained"] += int(record["steps"])
            case "tried":
                self._tried(self._skill(name), record)
            case "admitted":
                self._skill(name).update(status="admitted", version=int(record["version"]))
            case "abandoned" | "retired" | "no_claim":
                status = "given up" if kind == "abandoned" else "retired" if kind == "retired" else "left out"
                self._skill(name).update(status=status, reason=_text(record.get("reason", "")))
            case "corrected":
                self._skill(name)["corrections"] += 1
            case "verdict":
                self.verdicts.append(_verdict(record))
                del self.verdicts[:-MOST_VERDICTS]

    def _tried(self, skill: dict[str, Any], record: Mapping[str, Any]) -> None:
        done, n = int(record["successes"]), int(record["attempts"])
        interval = wilson(done, n)
        trial = {
            "steps": skill["trained"], "successes": done, "attempts": n,
            "rate": round(done / n, 4) if n else None, "low": round(interval.low, 4),
            "high": round(interval.high, 4), "bound": _share(record["lower_bound"]),
            "admitted": bool(record["admitted"]),
        }  # fmt: skip
        skill["trials"] = [*skill["trials"][-59:], trial]


def _verdict(record: Mapping[str, Any]) -> dict[str, Any]:
    texts = {
        key: _text(record.get(key, "")) for key in ("skill", "claim", "outcome", "reason", "judge", "at")
    }
    picture = _text(record["picture"], 40).rpartition("/")[2]
    return {
        **texts,
        "confidence": _share(record["confidence"]),
        "picture": picture,
        "steps": int(record["steps"]),
    }


def _words(kind: str, record: Mapping[str, Any]) -> str:
    words = told(record)
    if words is None:
        after = next((str(record[key]) for key in _AFTER if record.get(key)), "")
        if kind == "interrupted":
            words = f"ended by {record['signal']}" if record.get("signal") else "interrupted by a person"
        else:
            words = _WORDS.get(kind, kind.replace("_", " ")) + (f": {after}" if after else "")
        if kind == "retired":
            words = f"{record.get('skill', 'a skill')} {words}"
    return _text(words)


def _share(value: Any) -> float:
    """A number from 0 to 1. Raises `ValueError` for what is none."""
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is no share")
    return share


def _text(value: Any, limit: int = LONGEST_TEXT) -> str:
    return plain(value, limit)  # journals are redacted when they are written
