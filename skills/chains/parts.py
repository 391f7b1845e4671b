"""Whether a chain can be executed: its parts are there, without circles and not nested too deep."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from skills.errors import BrokenChain
from skills.skill import Skill

MOST_PARTS = 32
"""Parts of one chain; those of chains in it are counted by themselves."""
DEEPEST = 3
"""Chains within chains: a chain of skills that are no chains has depth 1."""

Parts = Mapping[str, tuple[str, ...]]
"""Skill name -> its parts; none for a skill that is no chain."""


def parts_of(skills: Mapping[str, Skill]) -> dict[str, tuple[str, ...]]:
    """The parts of every skill."""
    return {name: skill.policy.parts for name, skill in skills.items()}


def chain_problems(name: str, parts: Parts, retired: Collection[str] = ()) -> Iterator[str]:
    """What keeps a chain from being executed, as sentences; nothing for a skill that is no chain.

    Args:
        name: the skill.
        parts: of all skills that can be executed, and of this one.
        retired: skills that are there and not used any more.

    >>> list(chain_problems("tea", {"tea": ("boil", "brew"), "boil": ()}))
    ["its part 'brew' is missing"]
    """
    if len(parts[name]) > MOST_PARTS:
        yield f"it has {len(parts[name])} parts; expected at most {MOST_PARTS}"
        return
    yield from _problems((name,), parts, retired)


def _problems(path: tuple[str, ...], parts: Parts, retired: Collection[str]) -> Iterator[str]:
    for part in dict.fromkeys(parts[path[-1]]):
        what = f"its part {part!r}" + (f" in {path[-1]!r}" if len(path) > 1 else "")
        if part in path:
            yield f"{what} leads back to itself ({' > '.join((*path, part))})"
        elif part not in parts:
            yield f"{what} is {'retired' if part in retired else 'missing'}"
        elif not parts[part]:
            continue
        elif len(path) >= DEEPEST:
            yield f"{what} is a chain too deep inside; expected at most {DEEPEST} levels of chains"
        else:
            yield from _problems((*path, part), parts, retired)


def require_whole(name: str, parts: Parts, retired: Collection[str] = ()) -> None:
    """Raise `BrokenChain` when a chain cannot be executed, with what to do."""
    if problem := next(chain_problems(name, parts, retired), ""):
        raise BrokenChain(f"the chain {name!r} cannot be executed: {problem}; {ADVICE}")


ADVICE = "restore or learn that skill, or retire the chain (journeyman skills retire)"
"""What to do about a chain that cannot be executed."""


def users(part: str, parts: Parts) -> list[str]:
    """The chains that a skill is a part of, directly or within other chains, sorted.

    >>> users("boil", {"boil": (), "tea": ("boil",), "party": ("tea",)})
    ['party', 'tea']
    """
    found: set[str] = set()
    while more := {name for name in parts if {part, *found} & {*parts[name]}} - found:
        found |= more
    return sorted(found)


def depth(name: str, parts: Parts) -> int:
    """Levels of chains in a skill, 0 for one that is no chain; its parts must be there, without circles.

    >>> depth("party", {"boil": (), "tea": ("boil",), "party": ("tea", "boil")})
    2
    """
    own = parts[name]
    return 1 + max(depth(part, parts) for part in set(own)) if own else 0


def flat(names: Sequence[str], parts: Parts) -> tuple[str, ...]:
    """The skills that are no chains, in the order of their execution.

    The parts must be there, without circles.

    >>> flat(["tea", "nap"], {"tea": ("boil", "brew"), "boil": (), "brew": (), "nap": ()})
    ('boil', 'brew', 'nap')
    """
    return tuple(one for name in names for one in (flat(parts[name], parts) if parts[name] else (name,)))
