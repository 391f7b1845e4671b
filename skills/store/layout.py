"""What lies where in a library, and how large it may be."""

from __future__ import annotations

import re

GRAPH = "graph.json"
GUARD = "guard.json"
STRATEGIES = "strategies.json"
RETIRED = "retired.json"
README = "README.md"
REACHED = "reached.json"
"""How often goals are reached with the library, see `agent.records.reached`; never exported."""
RECORD = "skill.json"
DONE_FILE = "DONE"
STATS = "stats.json"
POLICY = "policy.zip"
PREFERENCE = "preference.json"
EVIDENCE = "evidence.json"
CARD = "card.md"
REWARD_TEXT = "reward.py.txt"
OPTION_TEXT = "option.py.txt"

SKILL_NAME = re.compile(r"[a-z][a-z0-9_]*")
VERSION_NAME = re.compile(r"v[1-9][0-9]{0,8}")

_KIB, _MIB = 2**10, 2**20
GAME_FILES = {GRAPH: 32 * _MIB, GUARD: _MIB, STRATEGIES: 8 * _MIB}
"""Files of a game -> most bytes."""
SKILL_FILES = {RETIRED: 64 * _KIB}
"""Files of a skill -> most bytes."""
VERSION_FILES = {
    RECORD: _MIB,
    DONE_FILE: 64 * _KIB,
    STATS: 64 * _KIB,
    POLICY: 64 * _MIB,
    PREFERENCE: 16 * _MIB,
    EVIDENCE: 16 * _MIB,
    CARD: _MIB,
    REWARD_TEXT: _MIB,
    OPTION_TEXT: _MIB,
}
"""Files of a version -> most bytes."""


def size_limit(path: str) -> int | None:
    """The most bytes that a file may have, by its path from the game's folder; None for no place there.

    >>> size_limit("collect_wood/v1/DONE"), size_limit("collect_wood/v1/notes.txt")
    (65536, None)
    """
    parts = path.split("/")
    if len(parts) == 1:
        return GAME_FILES.get(path)
    if not SKILL_NAME.fullmatch(parts[0]):
        return None
    if len(parts) == 2:
        return SKILL_FILES.get(parts[1])
    if len(parts) == 3 and VERSION_NAME.fullmatch(parts[1]):
        return VERSION_FILES.get(parts[2])
    return None
