"""The episodes of a run that can be played again: ``episodes.jsonl``, one line each.

A line holds the `envs.recording.trace.Trace`, what was asked, how it ended, and where in ``play.jsonl`` it is
told what the executors decided. A half-written last line is left out, as in all journals.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from agent.errors import RunDamaged, UnknownEpisode
from agent.records.endings import Ending, ending_of
from agent.records.journal import read_journal
from agent.records.runs import EPISODES, MOST_EPISODE_BYTES, RunInfo
from envs.errors import BadTrace
from envs.json_text import MALFORMED
from envs.reading import open_file
from envs.recording.trace import Trace
from envs.text import brief

Origin: TypeAlias = Literal["solve", "eval", "trial"]

MOST_EVENT_BYTES: Final = 2**26
"""Bytes of ``play.jsonl`` that are read for one episode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One recorded episode.

    Attributes:
        run: whose it is.
        number: its place in the run, from 1; what it is called.
        at: when it was written.
        trace: what it follows from.
        origin: what it was played for.
        asked: the task or the skill in words.
        goal: facts that were to hold; empty for none.
        done: whether it was done; None where nobody can say.
        ending: why it ended.
        verdict: what a judge that looked said: ``outcome``, ``judge``, ``confidence``, ``reason``.
        play: first byte of its events in ``play.jsonl``, and the byte after them; None where none were kept.
    """

    run: RunInfo
    number: int
    at: str
    trace: Trace
    origin: str
    asked: str
    goal: Mapping[str, int]
    done: bool | None
    ending: Ending
    verdict: Mapping[str, Any] = field(default_factory=dict)
    play: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """What it is called: its number."""
        return str(self.number)

    def events(self) -> list[dict[str, Any]]:
        """What the executors decided, in order. Raises `RunDamaged`."""
        return [] if self.play is None else _events(self.run.path / "play.jsonl", *self.play)

    def summary(self) -> dict[str, Any]:
        """What a list of episodes tells, as plain JSON values."""
        return {
            "episode": self.name,
            "at": self.at,
            "game": self.trace.game,
            "seed": self.trace.seed,
            "origin": self.origin,
            "asked": self.asked,
            "done": self.done,
            "steps": self.trace.steps,
            "ending": self.ending.to_record(),
        }


def episodes_of(run: RunInfo) -> Iterator[Episode]:
    """The recorded episodes of a run, in the order in which they ended; none for runs that kept none.

    A line that cannot be read as an episode is left out, and keeps its number.

    Raises:
        RunDamaged: a line is not JSON.
    """
    for number, record in enumerate(read_journal(run.path / EPISODES), start=1):
        try:
            yield _episode(run, number, record)
        except (BadTrace, *MALFORMED):
            continue


def find_episode(run: RunInfo, name: str) -> Episode:
    """A recorded episode by its number.

    Raises:
        UnknownEpisode: there is none of that number, or it cannot be read.
        RunDamaged: a line before it is not JSON.
    """
    last = 0
    for number, record in enumerate(read_journal(run.path / EPISODES), start=1):
        last = number
        if str(number) == name:
            try:
                return _episode(run, number, record)
            except (BadTrace, *MALFORMED) as error:
                raise UnknownEpisode(
                    f"episode {number} of run {run.name!r} cannot be read: {brief(str(error))}; others may be"
                ) from error
    if not last:
        raise UnknownEpisode(
            f"run {run.name!r} keeps no episodes that could be played again: it has played none yet, or was "
            "made by a version before 0.6.0"
        )
    raise UnknownEpisode(f"run {run.name!r} has no episode {brief(name)}; it has 1 to {last}")


def is_full(run: RunInfo) -> bool:
    """Whether a run stopped keeping episodes, because they took too much room."""
    path = run.path / EPISODES
    return path.exists() and path.stat().st_size >= MOST_EPISODE_BYTES


def _episode(run: RunInfo, number: int, record: Mapping[str, Any]) -> Episode:
    trace = Trace.from_record(record["trace"])
    about, play = record["about"], record.get("play")
    done = about.get("done")
    given = about.get("ending")
    end = Ending(**given) if isinstance(given, dict) else ending_of(trace, done=done)
    return Episode(
        run=run,
        number=number,
        at=str(record.get("at", "")),
        trace=trace,
        origin=str(about.get("origin", "")),
        asked=str(about.get("asked", "")),
        goal={str(fact): int(count) for fact, count in about.get("goal", {}).items()},
        done=None if done is None else bool(done),
        ending=end,
        verdict=dict(about.get("verdict") or {}),
        play=None if play is None else (int(play[0]), int(play[1])),
    )


def _events(path: Path, begin: int, end: int) -> list[dict[str, Any]]:
    if not 0 <= begin <= end <= begin + MOST_EVENT_BYTES:
        raise RunDamaged(f"an episode of run {path.parent.name!r} points to a wrong place in {path.name}")
    try:
        with open_file(path) as file:
            file.seek(begin)
            text = file.read(end - begin)
        records = [json.loads(line) for line in text.splitlines()]
    except (OSError, ValueError, RecursionError) as error:
        raise RunDamaged(
            f"an episode's events cannot be read from {path.name} of run {path.parent.name!r}: {error}"
        ) from error
    if not all(isinstance(record, dict) for record in records):
        raise RunDamaged(f"{path.name} of run {path.parent.name!r} holds a line that is not a JSON object")
    return records
