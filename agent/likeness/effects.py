"""What a skill brings, in one form, so that two skills can be compared by it."""

from __future__ import annotations

from collections.abc import Mapping


def normal_effects(facts: Mapping[str, int]) -> dict[str, int]:
    """The facts without the events and the knowledge that only come along with them.

    >>> normal_effects({"iron": 3, "did.collect_iron": 1, "near.table": 1, "known.table": 1})
    {'iron': 3, 'near.table': 1}
    >>> normal_effects({"did.wake_up": 1})
    {'did.wake_up': 1}
    """
    aside = ("known.", "distance.")
    told = {fact: count for fact, count in sorted(facts.items()) if not fact.startswith(aside)}
    things = {fact: count for fact, count in told.items() if not fact.startswith("did.")}
    return things or told or dict(sorted(facts.items()))
