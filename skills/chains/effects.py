"""What a chain needs and brings: by the sum of its parts, and by what play showed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from envs.facts import FactKind, Facts
from skills.skill import Effects, is_gain

SHARE = 0.9
"""Share of the complete executions in which something must have come true to count as an effect."""


def summed_effects(parts: Sequence[Effects], kinds: Mapping[str, FactKind]) -> Effects:
    """What a chain would need and bring if every part did exactly what is believed of it.

    Places are kept as if no part moved on; only play shows which hold in the end.

    >>> chop, build = Effects(obtains={"wood": 1}), Effects(consumes={"wood": 3}, obtains={"hut": 1})
    >>> summed_effects([chop, build], {}).model_dump(exclude_defaults=True)
    {'consumes': {'wood': 2}, 'obtains': {'hut': 1}}
    """
    net: dict[str, int] = {}
    needs: dict[str, int] = {}
    for effects in parts:
        for fact, count in effects.needs.items():
            there = net.get(fact, 0)
            needs[fact] = max(needs.get(fact, 0), count - there)
        for fact, count in effects.consumes.items():
            net[fact] = net.get(fact, 0) - count
        for fact, count in effects.obtains.items():
            gains = is_gain(kinds.get(fact, "count"))
            net[fact] = net.get(fact, 0) + count if gains else max(net.get(fact, 0), count)
    consumes = {fact: -count for fact, count in net.items() if count < 0}
    return Effects(
        requires={fact: n for fact, n in needs.items() if n > consumes.get(fact, 0)},
        consumes=consumes,
        obtains={fact: count for fact, count in net.items() if count > 0},
    )


def effects_in_play(
    parts: Sequence[Effects],
    plays: Sequence[tuple[Facts, Facts]],
    kinds: Mapping[str, FactKind],
) -> Effects:
    """What executions of a chain showed that it needs and brings; its parts only say where to look.

    Obtained is what came true in at least `SHARE` of the plays, in the largest amount that did; used up, what
    fell in as many. Of what the parts are believed to need, the least that was there at a start is needed.

    Args:
        parts: what is believed of the parts, in order.
        plays: the facts before and after each complete execution; at least one.
        kinds: fact -> kind.

    Raises:
        ValueError: no plays.
    """
    if not plays:
        raise ValueError("no plays; effects are taken from at least one complete execution")
    claimed = summed_effects(parts, kinds)
    consumes = _in_most(_falls(plays, kinds), len(plays))
    requires = {}
    for fact, count in claimed.needs.items():
        least = min(count, *(before.get(fact, 0) for before, _ in plays))
        if least > consumes.get(fact, 0):
            requires[fact] = least
    return Effects(requires=requires, consumes=consumes, obtains=_obtained(parts, plays, kinds))


def _obtained(
    parts: Sequence[Effects], plays: Sequence[tuple[Facts, Facts]], kinds: Mapping[str, FactKind]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for fact in dict.fromkeys(fact for effects in parts for fact in effects.obtains):
        if is_gain(kinds.get(fact, "count")):
            rises = [after.get(fact, 0) - before.get(fact, 0) for before, after in plays]
            found |= _in_most({fact: rises}, len(plays))
            continue
        wanted = max(effects.obtains.get(fact, 0) for effects in parts)
        if _common(plays, lambda before, after, f=fact, n=wanted: after.get(f, 0) >= n):  # type: ignore[misc]
            found[fact] = wanted
    return found


def _falls(plays: Sequence[tuple[Facts, Facts]], kinds: Mapping[str, FactKind]) -> dict[str, list[int]]:
    counts = [fact for fact in plays[0][0] if kinds.get(fact, "count") == "count"]
    return {fact: [before.get(fact, 0) - after.get(fact, 0) for before, after in plays] for fact in counts}


def _in_most(changes: Mapping[str, Sequence[int]], total: int) -> dict[str, int]:
    """Fact -> the largest amount that at least `SHARE` of the changes reach, where that is above zero."""
    found = {}
    for fact, amounts in changes.items():
        for amount in sorted(set(amounts), reverse=True):
            if amount > 0 and sum(a >= amount for a in amounts) >= SHARE * total:
                found[fact] = amount
                break
    return found


def _common(plays: Sequence[tuple[Facts, Facts]], holds: Callable[[Facts, Facts], bool]) -> bool:
    return sum(holds(before, after) for before, after in plays) >= SHARE * len(plays)
