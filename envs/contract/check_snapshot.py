"""Whether saved states lead on as they should, and whether damaged ones are refused."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from envs.contract.walk import Walk, actions_for, difference, look, trace
from envs.errors import BadSnapshot
from envs.game import Game

FIRST_BYTES = 48
"""Bytes at the start of a saved state that are all damaged in turn: marks, lengths, checksums."""

LAST_BYTES = 16
"""Bytes at its end that are all damaged in turn."""

BYTES_BETWEEN = 64
"""Bytes between them that are damaged, drawn from the seed."""


def snapshot_violations(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    """Violations of the contract by `Game.snapshot` and `Game.restore`."""
    actions = actions_for(game, 13, walk.steps)
    game.reset(walk.seeds[0])
    trace(game, actions[: walk.steps // 2])
    data = game.snapshot()
    if not isinstance(data, bytes):
        yield f"snapshot: is of type {type(data).__name__}, expected bytes"
        return
    onward = trace(game, actions)
    game.restore(data)
    if where := difference(onward, trace(game, actions)):
        yield f"restore: the continuation differs in {where}"
    twin.reset(walk.seeds[-1])
    twin.restore(data)
    if where := difference(onward, trace(twin, actions)):
        yield f"restore: the continuation in another object differs in {where}"
    yield from _bad_snapshots(game, walk)


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that are no saved state.

    Attributes:
        kind: in one word.
        place: what was done to them, in words; empty if there is nothing to say.
        data: the bytes.
    """

    kind: str
    place: str
    data: bytes


def damages(data: bytes, seed: int) -> Iterator[Damage]:
    """Saved states with damage everywhere: nothing, cut, one bit turned in each part, something behind it."""
    yield Damage("empty", "", b"")
    for length in sorted({1, 4, 8, 12, 16, len(data) // 2, len(data) - 1}):
        if 0 < length < len(data):
            yield Damage("cut", f"after {length:,} of {len(data):,} bytes", data[:length])
    rng = random.Random(seed)
    for place in _places(len(data), rng):
        bit = rng.randrange(8)
        turned = data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]
        yield Damage("damaged", f"bit {bit} of byte {place:,} of {len(data):,} turned", turned)
    for more in (b"\0", b"\n", b" ", data[-1:], data):
        yield Damage("lengthened", f"{len(more):,} more behind {len(data):,} bytes", data + more)


def _places(length: int, rng: random.Random) -> list[int]:
    """Which bytes are damaged, in order."""
    middle = range(FIRST_BYTES, max(FIRST_BYTES, length - LAST_BYTES))
    drawn = rng.sample(middle, min(BYTES_BETWEEN, len(middle)))
    ends = [place for place in range(length) if place not in middle]
    return sorted({*ends, *drawn})


@dataclass(slots=True)
class _Tally:
    """How often one thing went wrong with one kind of damage."""

    where: list[str] = field(default_factory=list)


def _bad_snapshots(game: Game, walk: Walk) -> Iterator[str]:
    tried: dict[str, int] = {}
    wrong: dict[tuple[str, str], _Tally] = {}
    for seed in walk.seeds:
        game.reset(seed)
        trace(game, actions_for(game, seed, walk.steps // 2))
        data, before = game.snapshot(), look(game)
        for damage in damages(data, seed):
            tried[damage.kind] = tried.get(damage.kind, 0) + 1
            fault = _fault(game, damage, before)
            if fault:
                wrong.setdefault((damage.kind, fault), _Tally()).where.append(damage.place)
                game.restore(data)
                before = look(game)
    for (kind, fault), tally in wrong.items():
        yield _sentence(kind, fault, tally.where, tried[kind])


def _fault(game: Game, damage: Damage, before: list[tuple[str, object]]) -> str:
    """What the game does wrong with damaged bytes; empty if nothing. ``{}`` stands for the kind of damage."""
    try:
        game.restore(damage.data)
    except BadSnapshot:
        where = difference(before, look(game))
        return f"{{}} bytes are refused, but change {where.split(' after')[0]}" if where else ""
    except Exception as error:  # any other type is a violation
        return f"{{}} bytes raise {type(error).__name__}, expected BadSnapshot"
    return "accepts {} bytes; raise BadSnapshot"


def _sentence(kind: str, fault: str, where: list[str], tried: int) -> str:
    if not where[0]:
        return f"restore: {fault.format(kind)}"
    return f"restore: {fault.format(kind)} ({len(where)} of {tried} tries; first: {where[0]})"
