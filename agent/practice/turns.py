"""Turns of practice under way: one at a time here, or several side by side, each in a slot."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from agent.practice.baton import Baton, Dropped
from agent.practice.session import Session
from agent.practice.slots import Apart
from envs.errors import NoCluster
from envs.interrupts import undisturbed
from envs.seeding import child_seed

Turn: TypeAlias = Callable[[Session], None]
"""Carries a turn out; the session that it gets is the same to all, but for the slot and what is drawn."""


@dataclass(slots=True)
class _UnderWay:
    slot: Apart
    thread: threading.Thread


class Turns:
    """The turns of a session.

    Without slots of its own, or with one, a turn is carried out where it begins, and `wait` has nothing to
    do.

    Args:
        session: the session; this thread holds the baton.
        slots: where turns are carried out; none for this process. One that is lost is taken out.
        baton: held by whoever works on the session.
    """

    def __init__(self, session: Session, slots: list[Apart], baton: Baton) -> None:
        self._session, self._baton = session, baton
        self._side_by_side = len(slots) > 1
        self._slots = slots
        self._under_way: dict[str, _UnderWay] = {}
        self._ended: queue.SimpleQueue[tuple[str, BaseException | None]] = queue.SimpleQueue()

    @property
    def skills(self) -> frozenset[str]:
        """Those that turns are under way of."""
        return frozenset(self._under_way)

    @property
    def _free(self) -> list[Apart]:
        busy = [one.slot for one in self._under_way.values()]
        return [slot for slot in self._slots if slot not in busy]

    def begin(self, skill: str, turn: Turn) -> None:
        """Begin a turn; waits for a slot where none is free. Raises what turns raise."""
        if not self._side_by_side:
            turn(self._session)
            return
        while not self._free:
            self.wait()
        slot, session = self._free[0], self._session
        rng = np.random.default_rng(child_seed(session.config.seed, "turn", session.state.turns))
        inside = replace(session, slot=slot, pool=slot.jobs, rng=rng)
        thread = threading.Thread(target=self._carry_out, args=(skill, turn, inside), name=f"turn {skill}")
        self._under_way[skill] = _UnderWay(slot, thread)
        thread.start()

    def wait(self) -> None:
        """Wait until a turn has ended. Raises what it raised, but for the loss of one slot among several."""
        if not self._under_way:
            return
        self._baton.give()
        try:
            skill, error = self._ended.get()
        finally:
            with undisturbed():  # Ctrl-C comes once the session is in no other hands
                self._baton.take()
        ended = self._under_way.pop(skill)
        ended.thread.join()
        if isinstance(error, NoCluster) and len(self._slots) > 1:
            self._lose(ended.slot, skill, error)
            return
        if error is not None:
            raise error

    def _lose(self, slot: Apart, skill: str, error: NoCluster) -> None:
        """Go on with the other slots; the skill comes again in its turn."""
        self._slots.remove(slot)
        slot.end()
        self._session.run.event("slot_lost", skill=skill, reason=str(error), **slot.about)
        self._session.progress.note(f"slot {slot.number} is lost, and {skill} is practised again: {error}")

    def finish(self) -> None:
        """Wait until all turns have ended. Raises what one raised."""
        while self._under_way:
            self.wait()

    def drop(self) -> None:
        """End all turns where they wait, and what they wait for; what they had come to is not kept."""
        self._baton.dropping = True
        for one in self._under_way.values():
            one.slot.end()
        with undisturbed():
            self._baton.give()
            for one in self._under_way.values():
                one.thread.join()
            self._baton.take()
        self._under_way.clear()

    def _carry_out(self, skill: str, turn: Turn, session: Session) -> None:
        error: BaseException | None = None
        self._baton.take()
        try:
            if not self._baton.dropping:
                turn(session)
        except Dropped:
            pass
        except BaseException as raised:  # raised again where the session's loop waits
            error = raised
        finally:
            self._baton.give()
            self._ended.put((skill, error))


@contextmanager
def open_turns(session: Session) -> Iterator[Turns]:
    """The turns of a session; those under way end with the block, by themselves unless it raises an error."""
    turns = Turns(session, session.slots, session.baton)
    try:
        yield turns
        turns.finish()
    except BaseException:
        turns.drop()
        raise
