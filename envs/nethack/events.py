"""The events that the game's messages and numbers report: names of ``did.*`` facts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

MESSAGES: Final[tuple[tuple[str, str, str], ...]] = (
    ("kill", r"\bYou (kill|destroy)\b", "killed or destroyed something"),
    ("pray", r"You begin praying", "prayed"),
    (
        "please_god",
        r"well-pleased|You feel a hopeful feeling|You feel much better|Your stomach feels content"
        r"|surrounded by (a )?shimmering light",
        "prayed with a good result",
    ),
    (
        "anger_god",
        r"is displeased|Thou (hast|must)|You feel guilty|You feel that .* is angry",
        "angered a god",
    ),
    ("open_door", r"The door opens", "opened a door"),
    ("close_door", r"The door closes", "closed a door"),
    ("break_door", r"(crashes open|shatters)", "broke a door open"),
    ("unlock", r"You succeed in (unlocking|picking)|You (unlock|force)", "opened a lock"),
    ("meet_lock", r"[Dd]oor is locked|\bIt is locked|turns out to be locked", "met a lock"),
    ("sell", r"You (sold|sell) |\bsold\b.* for \d+", "sold something"),
    ("get_offer", r"offers? (only )?\d+ .*for |offers? .* credit", "got an offer from a shopkeeper"),
    ("buy", r"You bought|You (paid|pay) ", "bought something"),
    ("enter_shop", r"[Ww]elcome( again)? to [^.!]+('s|s') ", "was welcomed in a shop"),
    (
        "enter_temple",
        r"You have a (strange )?(forbidding|feeling of|eerie)|Pilgrim, you enter|temple of",
        "entered a temple",
    ),
    ("enter_delphi", r"welcome to Delphi", "came to Delphi"),
    ("wear", r"You are now wearing|You finish your dressing|You're now wearing", "put armor on"),
    (
        "take_off",
        r"You finish taking off|You were wearing|You are no longer wearing",
        "took armor off",
    ),
    ("wield", r"weapon in hand|You are now (wielding|empty)", "took a weapon in hand"),
    ("drop", r"You drop |lands? on the altar|flash as .* hits? the altar", "dropped something"),
    ("pickup", r"^[a-zA-Z$] - |  [a-zA-Z$] - |\$ - \d+ gold", "picked something up"),
    ("find_hidden", r"You find (a|an) (hidden|secret|trap)", "found something hidden"),
    (
        "meet_stuck_boulder",
        r"boulder, but in vain|why you cannot move it|There's a boulder in your way",
        "met a boulder that would not move",
    ),
    ("fill", r"boulder (fills|sinks|falls into|plugs)|You push the boulder into", "filled a hole or water"),
    (
        "freeze",
        r"lava cools|water freezes|bridged? .*with ice|The (water|moat) is bridged",
        "froze water or lava",
    ),
    ("fall", r"You fall (into|through)|A trap ?door|There's a gaping hole", "fell"),
    (
        "get_hit",
        r"\b(bites|hits|stings|claws|kicks|butts|touches|misses) you|(bites|hits|stings)!",
        "was attacked",
    ),
    (
        "hit",
        r"You (hit|bite|claw|strike|smite|slice|kick|punch) the|You (hit|kick) it",
        "hit a monster",
    ),
    ("ask_exit", r"Still climb\?|[Tt]here will be no return", "was asked whether to leave for good"),
    ("engrave", r"You (write|engrave|burn|scratch) in|You add to the", "wrote on the floor"),
    ("level_up", r"Welcome to experience level", "gained an experience level"),
)
"""Event, pattern of a message, what happened; searched in everything that was said during a step."""

USES: Final = {
    "eat": "ate something",
    "quaff": "drank something",
    "read": "read something",
    "zap": "zapped a wand",
    "apply": "applied a tool",
    "throw": "threw something",
    "fire": "fired a missile",
    "cast": "cast a spell",
    "put_on": "put on a ring or an amulet",
    "remove": "took off a ring or an amulet",
    "kick": "kicked",
    "search": "searched",
    "loot": "looked into a container",
}
"""Action -> what was done when it took time."""
USED_BY: Final = {**{name: name for name in USES}, "search_10": "search"}
"""Action -> the event that it counts as, if it took time."""

CHANGES: Final = {
    "learn_curse": "dropped something on an altar, which shows whether it is cursed or blessed",
    "descend": "came to a deeper level",
    "ascend": "came to a higher level",
    "enter_mines": "came to the Gnomish Mines",
    "enter_minetown": "came to Minetown",
    "enter_sokoban": "came to Sokoban",
    "new_level": "came to a level for the first time",
    "push_boulder": "pushed a boulder",
    "gain_gold": "got gold",
    "leave_hunger": "stopped being hungry",
}
"""Events that follow from the player's own numbers and place."""

DESCRIPTIONS: Final = {**{name: text for name, _, text in MESSAGES}, **USES, **CHANGES}
EVENTS: Final = tuple(DESCRIPTIONS)

_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern, _ in MESSAGES)


@lru_cache(maxsize=4096)
def events_in(message: str) -> tuple[str, ...]:
    """The events that a message tells of.

    >>> events_in("You kill the newt!")
    ('kill',)
    """
    return tuple(name for name, pattern in _PATTERNS if pattern.search(message))
