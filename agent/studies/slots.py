"""What more slots would bring: a recorded practice carried out again on paper, with its turns side by side.

The work is that of the record, turn by turn, with the durations that it had there. A turn begins when a slot
is free, its skill's turn before has ended, and what it needs has been admitted; among those that may, the
first in the record comes first. What the loop does between turns is done one after the other, as in fact.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.errors import BadConfig
from agent.records.runs import RunInfo
from planners.graph.graph import SkillGraph
from skills.store.store import SkillLibrary

SLOTS = (1, 2, 4, 8, 16, 32, 64)
"""Numbers of slots that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTurn:
    """One turn of a recorded practice.

    Attributes:
        skill: what it was about.
        loop: seconds in which it kept the loop busy: choosing, designing, looking after the library.
        away: seconds of play and training.
        after: indices of the turns that had to end before.
        admitted: whether the skill was admitted for the first time by it.
    """

    skill: str
    loop: float
    away: float
    after: tuple[int, ...] = ()
    admitted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A practice on paper.

    Attributes:
        slots: turns side by side, at most.
        seconds: from the first choice to the end of the last turn.
        loop: seconds in which the loop was busy.
        widest: most turns that were under way at once.
    """

    slots: int
    seconds: float
    loop: float
    widest: int


def simulate(turns: Sequence[RecordedTurn], slots: int) -> Simulated:
    """Carry recorded turns out in so many slots.

    >>> one = RecordedTurn(skill="wood", loop=1, away=9)
    >>> two = RecordedTurn(skill="stone", loop=1, away=9)
    >>> both = RecordedTurn(skill="pick", loop=1, away=9, after=(0, 1))
    >>> [simulate([one, two, both], slots).seconds for slots in (1, 2)]
    [30.0, 21.0]
    """
    waiting, done = list(range(len(turns))), set[int]()
    under_way: list[tuple[float, int]] = []
    now = loop_free = busy = 0.0
    widest = 0
    while waiting or under_way:
        ready = next((i for i in waiting if done.issuperset(turns[i].after)), None)
        if ready is not None and len(under_way) < slots:
            waiting.remove(ready)
            loop_free = max(now, loop_free) + turns[ready].loop
            busy += turns[ready].loop
            heapq.heappush(under_way, (loop_free + turns[ready].away, ready))
            widest = max(widest, len(under_way))
            continue
        if not under_way:
            raise ValueError("turns wait for one another")
        now, ended = heapq.heappop(under_way)
        done.add(ended)
    return Simulated(slots=slots, seconds=float(now), loop=float(busy), widest=widest)


def critical_path(turns: Sequence[RecordedTurn]) -> tuple[float, list[str]]:
    """The chain of turns that no number of slots shortens: its seconds, and its skills in order.

    >>> first = RecordedTurn(skill="wood", loop=1, away=9)
    >>> critical_path([first, RecordedTurn(skill="pick", loop=0, away=5, after=(0,))])
    (15.0, ['wood', 'pick'])
    """
    ends: list[float] = []
    before: list[int | None] = []
    for turn in turns:
        latest = max(turn.after, key=ends.__getitem__) if turn.after else None
        begins = 0.0 if latest is None else ends[latest]
        ends.append(begins + turn.loop + turn.away)
        before.append(latest)
    if not ends:
        return 0.0, []
    last = max(range(len(ends)), key=ends.__getitem__)
    seconds, path, at = ends[last], list[str](), before[last]
    path.append(turns[last].skill)
    while at is not None:
        path.append(turns[at].skill)
        at = before[at]
    return float(seconds), path[::-1]


def recorded_turns(run: RunInfo, graph: SkillGraph) -> list[RecordedTurn]:
    """The turns of a practice with one slot, each with those that it had to wait for.

    Args:
        run: the practice.
        graph: of its library: what each skill needs, and which skills bring it about.

    Raises:
        BadConfig: the run had several slots, or no turns.
    """
    events = list(run.events())
    if any(event.get("kind") == "slots" and event.get("slots", 1) > 1 for event in events):
        raise BadConfig(f"run {run.name!r} had several slots; expected one whose turns followed one another")
    turns: list[RecordedTurn] = []
    latest: dict[str, int] = {}
    first_admitted: dict[str, int] = {}
    for skill, loop, away, admitted in _timed(events):
        after = {latest[skill]} if skill in latest else set()
        after |= _admissions_needed(skill, graph, first_admitted)
        newly = admitted and skill not in first_admitted
        latest[skill] = len(turns)
        if newly:
            first_admitted[skill] = len(turns)
        turns.append(
            RecordedTurn(skill=skill, loop=loop, away=away, after=tuple(sorted(after)), admitted=newly)
        )
    if not turns:
        raise BadConfig(f"run {run.name!r} has no turns; expected a practice")
    return turns


def _admissions_needed(skill: str, graph: SkillGraph, admitted: Mapping[str, int]) -> set[int]:
    """The turns that admitted what the skill needs: for each fact, whichever brings it came first."""
    if skill not in graph.skills():
        return set()
    needed = set()
    for fact in graph.belief(skill).needs:
        found = [admitted[name] for name in graph.producers(fact) if name in admitted and name != skill]
        if found:
            needed.add(min(found))
    return needed


def _timed(events: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, float, float, bool]]:
    """Skill, seconds of the loop, seconds of play and training, and whether it was admitted; turn by turn."""
    skill, chosen, designed, last, admitted, free = "", 0.0, 0.0, 0.0, False, 0.0
    for event in events:
        kind, at = event.get("kind"), datetime.fromisoformat(event["at"]).timestamp()
        if kind in ("chosen", "finished", "interrupted") and skill:
            begin = designed or chosen
            yield skill, (begin - free) if free else (begin - chosen), max(0.0, last - begin), admitted
            skill, free = "", last
        if kind == "resumed":
            free = 0.0  # the time between is nobody's
        if kind == "chosen":
            skill, chosen, designed, admitted = event["skill"], at, 0.0, False
        elif kind == "designed":
            designed = at
        elif kind == "admitted":
            admitted = admitted or event.get("skill") == skill
        last = at


def tables_of(run: RunInfo) -> Iterator[tuple[str, list[list[str]]]]:
    """What more slots would bring, and the chain that none of them shortens; see `agent.studies.tables`.

    Raises:
        BadConfig: see `recorded_turns`.
        BadGraph: the library of the run is gone.
    """
    graph = SkillGraph.load(SkillLibrary(Path(str(run.config()["library"])), run.game).graph_path)
    turns = recorded_turns(run, graph)
    path, names = critical_path(turns)
    one = simulate(turns, 1).seconds
    rows = [["slots", "minutes", "speed-up", "at once", "loop busy", "limited by"]]
    for slots in SLOTS:
        found = simulate(turns, slots)
        rows.append([
            str(slots), f"{found.seconds / 60:.1f}", f"{one / found.seconds:.2f}", str(found.widest),
            f"{found.loop / found.seconds:.0%}", limited_by(found, path),
        ])  # fmt: skip
    yield f"{run.name}: {len(turns)} turns on paper", rows
    yield f"The critical path, {path / 60:.1f} minutes", [["turn", "skill"], *_numbered(names)]


def _numbered(names: Sequence[str]) -> list[list[str]]:
    return [[str(number), name] for number, name in enumerate(names, start=1)]


def limited_by(run: Simulated, path: float) -> str:
    """What more slots would not mend, in words."""
    if run.seconds <= 1.05 * path:
        return "the chain of skills that need one another"
    if run.loop >= 0.8 * run.seconds:
        return "the loop"
    return "slots" if run.widest == run.slots else "what is within reach"
