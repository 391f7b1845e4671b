"""Opens the judges that the setting ``--judge`` names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agent.judges.errors import NoJudge
from agent.judges.path import JudgingPath
from envs.errors import did_you_mean
from envs.game import GameSpec
from envs.text import brief
from planners.execution.judge import Judge

if TYPE_CHECKING:
    from pathlib import Path

    from agent.llm.asking import LanguageModel
    from agent.person import Person

MAX_CALLS: Final = 100
"""Calls of a live model on judging in one run, unless a setting says otherwise."""

JUDGES: Final = ("facts", "auto", "embedded", "chat", "ask")
"""What ``--judge`` may be.

- ``facts``: facts alone; what they do not state is unclear.
- ``auto``: facts, then the embedded judge where one is shipped for the game, then the chat model if it sees.
- ``embedded``: facts, then the embedded judge.
- ``chat``: facts, then the chat model.
- ``ask``: facts, then a person.
"""

EMBEDDED_FOR: Final = frozenset({"crafter"})
"""Games for which weights are shipped."""


def check_setting(setting: str) -> None:
    """Raises `NoJudge` where no judge has such a name."""
    if setting not in JUDGES:
        raise NoJudge(
            f"no judge {brief(setting)}{did_you_mean(setting, JUDGES)}; expected one of {', '.join(JUDGES)}"
        )


def open_judge(
    setting: str,
    game: GameSpec,
    *,
    model: LanguageModel | None = None,
    max_calls: int = MAX_CALLS,
    person: Person | None = None,
    folder: Path | None = None,
    embedded: bool = True,
) -> JudgingPath:
    """The judging path that a setting names.

    Args:
        setting: one of `JUDGES`.
        game: the game that is judged.
        model: the chat model, where one is configured.
        max_calls: calls of a live model on judging in one run.
        person: who is asked with ``ask``.
        folder: where the pictures go that they are shown.
        embedded: whether the embedded judge is among those who look; a practice, which asks it anyway, opens
            the path of those who look at what it leaves unclear.

    Raises:
        NoJudge: there is no such setting, or the judge that it names needs what is not there.
        AgentError: the weights of the embedded judge are missing or damaged.
    """
    check_setting(setting)
    looking: list[Judge] = []
    if embedded and setting in ("auto", "embedded"):
        looking += _embedded(game, needed=setting == "embedded")
    if setting in ("auto", "chat"):
        looking += _chat(game, model, max_calls, needed=setting == "chat")
    if setting == "ask":
        looking.append(_person(game, person, folder))
    return JudgingPath(looking=tuple(looking))


def _embedded(game: GameSpec, *, needed: bool) -> list[Judge]:
    """The embedded judge; none where no weights are shipped for the game and they are not `needed`."""
    if game.name not in EMBEDDED_FOR:
        if needed:
            raise NoJudge(
                f"no embedded judge is shipped for {game.name} (shipped: {', '.join(sorted(EMBEDDED_FOR))}); "
                "judge with --judge chat and a model that sees, or with --judge ask"
            )
        return []
    from agent.judges.embedded import EmbeddedJudge

    return [EmbeddedJudge.load()]


def _chat(game: GameSpec, model: LanguageModel | None, max_calls: int, *, needed: bool) -> list[Judge]:
    """The chat judge; none where the model cannot judge this game and is not `needed`."""
    reason = _why_no_chat(game, model)
    if model is None or reason:
        if needed:
            raise NoJudge(f"no chat model can judge {game.name}: {reason}")
        return []
    from agent.judges.chat.judge import ChatJudge

    return [ChatJudge(model, game, max_calls)]


def _why_no_chat(game: GameSpec, model: LanguageModel | None) -> str:
    """Why a model cannot judge a game; empty where it can, as far as is known."""
    if model is None:
        return "none is configured; name one with --llm, such as --llm openai:gpt-5-mini"
    if model.client is None:
        recorded = model.kept.has_answers_to("judge_attempt")
        return "" if recorded else "no judgements are recorded; name a live model with --llm"
    if model.client.model.sees is False and not game.terminal:
        return (
            f"model {model.client.model.name!r} reads text only, and attempts are judged by pictures; name "
            "one that sees, or give a GGUF file its projector: --llm model.gguf,mmproj=mmproj.gguf"
        )
    return ""


def _person(game: GameSpec, person: Person | None, folder: Path | None) -> Judge:
    if person is None or folder is None:
        raise NoJudge("nobody can be asked here; --judge ask is for commands that run in a terminal")
    from agent.judges.person import PersonJudge

    return PersonJudge(person, game, folder)
