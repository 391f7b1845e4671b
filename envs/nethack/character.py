"""Characters of NetHack: which role goes with which race, alignment and gender."""

from __future__ import annotations

from typing import Final

from envs.errors import BadGameOption, did_you_mean

ROLES: Final = {
    "arc": ("archeologist", "hum dwa gno", "law neu"),
    "bar": ("barbarian", "hum orc", "neu cha"),
    "cav": ("caveman", "hum dwa gno", "law neu"),
    "hea": ("healer", "hum gno", "neu"),
    "kni": ("knight", "hum", "law"),
    "mon": ("monk", "hum", "law neu cha"),
    "pri": ("priest", "hum elf", "law neu cha"),
    "rog": ("rogue", "hum orc", "cha"),
    "ran": ("ranger", "hum elf gno orc", "neu cha"),
    "sam": ("samurai", "hum", "law"),
    "tou": ("tourist", "hum", "neu"),
    "val": ("valkyrie", "hum dwa", "law neu"),
    "wiz": ("wizard", "hum elf gno orc", "neu cha"),
}
"""Role -> its full name, the races and the alignments that it may have."""

RACES: Final = {"hum": "human", "elf": "elf", "dwa": "dwarf", "gno": "gnome", "orc": "orc"}
ALIGNMENTS: Final = {"law": "lawful", "neu": "neutral", "cha": "chaotic"}
GENDERS: Final = {"mal": "male", "fem": "female"}
_RACE_ALIGNMENT = {"elf": "cha", "dwa": "law", "gno": "neu", "orc": "cha"}
_SHORT = {
    **{name: role for role, (name, _, _) in ROLES.items()},
    **{word: short for table in (RACES, ALIGNMENTS, GENDERS) for short, word in table.items()},
}

RANDOM: Final = "@"
DEFAULT_CHARACTER: Final = "mon-hum-neu-mal"


def check_character(text: str) -> str:
    """A character such as ``mon-hum-neu-mal`` in nle's spelling; ``@`` alone is one drawn from the seed.

    Parts after the role that are left out are filled in with the first that fits; full words are understood.

    >>> check_character("Valkyrie-neutral")
    'val-hum-neu-fem'

    Raises:
        BadGameOption: a part does not exist or does not go with the role.
    """
    if text == RANDOM:
        return text
    role, *rest = (_SHORT.get(part, part) for part in text.lower().split("-"))
    if role not in ROLES:
        names = [name for name, _, _ in ROLES.values()]
        raise BadGameOption(
            f"no role {role!r}"
            + did_you_mean(role, names, f"there are: {', '.join(names)}")
            + "; write a character as 'mon-hum-neu-mal', or '@' for a random one"
        )
    name, races, alignments = ROLES[role]
    chosen: dict[str, str] = {}
    for part in rest:
        for kind, known in (("race", RACES), ("alignment", ALIGNMENTS), ("gender", GENDERS)):
            if part in known:
                chosen[kind] = part
                break
        else:
            known_words = [*RACES.values(), *ALIGNMENTS.values(), *GENDERS.values()]
            raise BadGameOption(
                f"character {text!r}: no race, alignment or gender {part!r}; there are: "
                f"{', '.join(known_words)}"
            )
    gender = chosen.get("gender", "fem" if role == "val" else "mal")
    fitting = [
        (race, alignment)
        for race in races.split()
        for alignment in alignments.split()
        if chosen.get("race", race) == race
        and chosen.get("alignment", alignment) == alignment
        and _RACE_ALIGNMENT.get(race, alignment) == alignment
    ]
    if not fitting or (role, gender) == ("val", "mal"):
        peoples = ", ".join(RACES[race] for race in races.split())
        sides = ", ".join(ALIGNMENTS[alignment] for alignment in alignments.split())
        raise BadGameOption(
            f"there is no character {text!r}: a {name} is {peoples} and {sides}; elves and orcs are chaotic, "
            "dwarves lawful, gnomes neutral, valkyries female"
        )
    return "-".join([role, *fitting[0], gender])
