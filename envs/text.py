"""Texts for people; above all foreign ones made fit to be shown: control characters visible, all bounded.

Whatever a model, a game, a file or a server said passes `plain`, and whatever model-written code returned
passes `brief`, before it stands in a message, on a terminal or on a page.
"""

from __future__ import annotations

import reprlib
import shlex
import unicodedata
from collections.abc import Iterable
from itertools import chain, islice
from typing import Any, Final

LONGEST_TEXT: Final = 500
"""Characters of foreign text in a message, unless the place asks for more."""

LONGEST_NAME: Final = 80
"""Characters of one name in a list."""

LONGEST_VALUE: Final = 200
"""Characters of a printed value, unless the place asks for more."""

_DIGITS: Final = 40
"""Digits of a number that are printed."""

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Categories of characters that steer a terminal, or stand there unseen."""


def plain(text: object, limit: int = LONGEST_TEXT, *, lines: bool = False) -> str:
    r"""Foreign text as it may be shown.

    Control and format characters (escape sequences, changes of writing direction, zero widths, lone
    surrogates) are written out; more than `limit` characters are cut, and how many is said.

    Args:
        text: a text, or an object whose ``str`` is one, such as an exception.
        limit: most characters that are kept.
        lines: whether line ends and tabs stay as they are.

    >>> plain("a\x1b[2Jb")
    'a\\x1b[2Jb'
    >>> plain("x" * 1000, 10)
    'xxxxxxxxxx... (990 characters more)'
    """
    whole = text if isinstance(text, str) else _as_text(text)
    kept, used = whole[:limit], min(limit, len(whole))
    if not kept.isprintable():
        kept, used = _written_out(kept, limit, lines)
    return kept if used == len(whole) else f"{kept}... ({len(whole) - used:,} characters more)"


def _as_text(value: object) -> str:
    """``str(value)``, or its kind where that fails: an exception may hold what cannot be printed."""
    try:
        return str(value)
    except Exception:
        return f"a {type(value).__name__} that cannot be printed"


def _written_out(text: str, limit: int, lines: bool) -> tuple[str, int]:
    """The text with hidden characters written out, `limit` long at most; how much of it that is."""
    shown: list[str] = []
    left = limit
    for character in text:
        visible = _visible(character, lines)
        if len(visible) > left:
            break
        shown.append(visible)
        left -= len(visible)
    return "".join(shown), len(shown)


def is_hidden(character: str) -> bool:
    """Whether a character steers a terminal, or stands there unseen; line ends and tabs do, too."""
    return unicodedata.category(character) in _HIDDEN


def _visible(character: str, lines: bool) -> str:
    if (lines and character in "\n\t") or not is_hidden(character):
        return character
    return character.encode("unicode_escape", "surrogatepass").decode()


def listed(names: Iterable[str], limit: int = LONGEST_TEXT) -> str:
    """Names with commas between them, as a message may list them; those that are left out are counted.

    >>> listed(["wood", "stone"])
    'wood, stone'
    >>> listed(["wood", "stone", "gem"], 14)
    'wood, stone and 1 more'
    """
    shown: list[str] = []
    left, more = limit, 0
    for name in names:
        text = plain(name, LONGEST_NAME)
        if more or len(text) > left:
            more += 1
            continue
        shown.append(text)
        left -= len(text) + 2
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def clause(text: object) -> str:
    """A text that a message goes on after: without the full stop that it may end with.

    >>> f"{clause(ValueError('no such file.'))}; try again"
    'no such file; try again'
    """
    return str(text).rstrip(" .;\n")


def sentence(text: object) -> str:
    """A text that a message goes on after with a sentence of its own: with one mark at its end.

    >>> sentence("no such fact 'wod'; did you mean 'wood'?"), sentence(ValueError("no such file."))
    ("no such fact 'wod'; did you mean 'wood'?", 'no such file.')
    """
    said = clause(text)
    return said if said.endswith(("?", "!")) else f"{said}."


def command_line(*words: object, **options: object) -> str:
    """A command of Journeyman's that can be copied into a shell, whatever the paths and names in it are like.

    Args:
        words: the command and what it is given; quoted where a shell would split or read them.
        options: their values by name; None and empty ones are left out.

    >>> command_line("practice", resume="x-1", runs_dir="my runs", library=None)
    "journeyman practice --resume x-1 --runs-dir 'my runs'"
    """
    given = ((name, str(value)) for name, value in options.items() if value is not None and str(value))
    parts = [(f"--{name.replace('_', '-')}", shlex.quote(value)) for name, value in given]
    return " ".join(["journeyman", *(shlex.quote(str(word)) for word in words), *chain.from_iterable(parts)])


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number of things: the noun in the singular for one of them.

    >>> counted(1, "skill"), counted(2000, "skill"), counted(0, "try", "tries")
    ('1 skill', '2,000 skills', '0 tries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def brief(value: Any, limit: int = LONGEST_VALUE) -> str:
    """A value that foreign code returned, as a message may quote it: bounded in depth, items and digits.

    It never walks the whole of the value, which a list that holds itself many times over would make endless.

    >>> brief({"wood": 3})
    "{'wood': 3}"
    >>> brief(10**100)
    'a whole number of about 101 digits'
    """
    try:
        return plain(_REPR.repr(value), limit)
    except Exception:  # an object that passes itself off as a list or a number
        return plain(f"a {type(value).__name__}", limit)


class _Bounded(reprlib.Repr):
    """`reprlib` with smaller bounds, and without turning huge numbers into text."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 3
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = 8
        self.maxstring = self.maxother = LONGEST_VALUE

    def repr_int(self, x: int, level: int) -> str:
        """A number, or how long it is."""
        digits = int(x.bit_length() * 0.30103) + 1
        return repr(x) if digits <= _DIGITS else f"a whole number of about {digits:,} digits"

    def repr_str(self, x: str, level: int) -> str:
        """A text, quoted; a long one is cut before it is quoted."""
        return repr(x if len(x) <= self.maxstring else f"{x[: self.maxstring]}...")

    def repr_bytes(self, x: bytes, level: int) -> str:
        """Bytes, cut likewise."""
        return repr(x[: self.maxstring])

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        """The first entries, in their own order: keys are never compared, which could take for ever."""
        if x and level <= 0:
            return "{...}"
        entries = [
            f"{self.repr1(key, level - 1)}: {self.repr1(value, level - 1)}"
            for key, value in islice(x.items(), self.maxdict)
        ]
        return f"{{{', '.join([*entries, *['...'] * (len(x) > self.maxdict)])}}}"

    def repr_set(self, x: set[Any], level: int) -> str:
        """A small set, ordered as it is written; of a large one only its size."""
        if len(x) > self.maxset:
            return f"a set of {len(x):,}"
        items = "..." if level <= 0 else ", ".join(sorted(self.repr1(item, level - 1) for item in x))
        return f"{{{items}}}" if x else "set()"

    def repr_frozenset(self, x: frozenset[Any], level: int) -> str:
        """As a set."""
        if len(x) > self.maxfrozenset:
            return f"a set of {len(x):,}"
        return f"frozenset({self.repr_set(set(x), level) if x else ''})"

    def repr_instance(self, x: Any, level: int) -> str:
        """Anything else: simple values as they are, of other things only the kind."""
        simple = x is None or isinstance(x, bool | float | complex)
        return repr(x) if simple else f"a {type(x).__name__}"


_REPR: Final = _Bounded()
