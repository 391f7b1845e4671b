"""A game in words: the prompt variables that every design question shares."""

from __future__ import annotations

from collections.abc import Mapping

from agent.llm.errors import BadPrompt
from envs.game import GameSpec
from envs.reading import why_unreadable


def _lines(sentences: Mapping[str, str]) -> str:
    return "\n".join(f"- {name}: {sentence}" for name, sentence in sentences.items()) or "- (nothing)"


def counts_text(counts: Mapping[str, int]) -> str:
    """Facts with counts as text that does not depend on their order.

    >>> counts_text({"wood": 2, "near.table": 1})
    'near.table 1, wood 2'
    """
    return ", ".join(f"{fact} {counts[fact]}" for fact in sorted(counts)) or "nothing"


def game_variables(spec: GameSpec) -> dict[str, str]:
    """The variables of ``prompts/game_briefing.md`` for a game; the same for every run and state of play.

    Raises:
        BadPrompt: the game has no manual, or it cannot be read.
    """
    if spec.manual is None:
        raise BadPrompt(f"game {spec.name!r} has no manual; give its GameSpec the path of one")
    try:
        manual = spec.manual.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadPrompt(
            f"the manual of game {spec.name!r} cannot be read: {why_unreadable(error)}"
        ) from error
    return {
        "game": spec.title,
        "manual": manual.strip(),
        "facts": "\n".join(f"- {fact.name} ({fact.kind}): {fact.description}" for fact in spec.facts),
        "seekable": _lines(spec.seekable),
        "explorable": _lines(spec.explorable),
        "actions": ", ".join(spec.actions),
    }
