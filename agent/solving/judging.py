"""Opens the judge that looks at tasks which no fact states."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from agent.judges.errors import NoJudge
from agent.judges.opening import MAX_CALLS, open_judge
from agent.judges.path import JudgingPath
from agent.llm.asking import LanguageModel
from agent.llm.open_model import RECORDED, ModelOptions, open_model
from agent.person import Person
from envs.registry import game_spec
from planners.execution.judge import Judge

AUTO: Final = "auto"
ASK: Final = "ask"


@runtime_checkable
class UnderstandingJudge(Protocol):
    """A judge that knows beforehand of which claims it can say anything."""

    def understands(self, claim: str) -> bool:
        """Whether its verdict on a claim may be other than unclear."""
        ...


@contextmanager
def open_looking(
    setting: str,
    game: str,
    llm: str = RECORDED,
    options: ModelOptions | None = None,
    *,
    person: Person | None = None,
    folder: Path | None = None,
    max_calls: int = MAX_CALLS,
) -> Iterator[JudgingPath]:
    """The judge that a setting names, for as long as the ``with`` block lasts.

    Args:
        setting: see `agent.judges.opening.JUDGES`.
        game: registry name of the game.
        llm: the chat model, if it is to judge; recorded answers that come with a game judge nothing.
        options: how it is opened.
        person: who is asked with ``ask``.
        folder: where the pictures go that they are shown.
        max_calls: calls of a live model on judging in one run.

    Raises:
        NoJudge: there is no such judge, or it needs what is not there.
        LLMError: the model cannot be opened.
    """
    with ExitStack() as stack:
        model = None
        if setting in (AUTO, "chat") and llm != RECORDED:
            model = stack.enter_context(open_model(llm, game, options))
        yield _path(setting, game, model, person, folder, max_calls)


def _path(
    setting: str,
    game: str,
    model: LanguageModel | None,
    person: Person | None,
    folder: Path | None,
    max_calls: int,
) -> JudgingPath:
    try:
        return open_judge(
            setting, game_spec(game), model=model, person=person, folder=folder, max_calls=max_calls
        )
    except ModuleNotFoundError as error:
        if setting != AUTO:
            raise NoJudge(f"the judge {setting!r} is not there: {error}") from error
        return JudgingPath()


def can_judge(path: JudgingPath, claim: str, *, chosen: bool) -> bool:
    """Whether somebody may have an opinion about a claim.

    Args:
        path: the judges.
        claim: what is to be judged, in words.
        chosen: whether the judge was chosen for this; then it is asked whatever it may say.
    """
    return any(_may_say(judge, claim, chosen) for judge in path.looking)


def _may_say(judge: Judge, claim: str, chosen: bool) -> bool:
    if isinstance(judge, UnderstandingJudge):
        return chosen or judge.understands(claim)
    return chosen or judge.name != "embedded"
