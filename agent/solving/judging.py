"""Opens the judge that looks at tasks which no fact states."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from agent.judges.opening import MAX_CALLS, open_judge
from agent.judges.path import JudgingPath
from agent.llm.open_model import RECORDED, ModelOptions, open_model
from agent.person import Person
from envs.registry import game_spec

AUTO: Final = "auto"
ASK: Final = "ask"


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
        yield open_judge(
            setting, game_spec(game), model=model, person=person, folder=folder, max_calls=max_calls
        )


def can_judge(path: JudgingPath, claim: str, *, chosen: bool) -> bool:
    """Whether somebody may have an opinion about a claim.

    Args:
        path: the judges.
        claim: what is to be judged, in words.
        chosen: whether the judge was chosen for this; then it is asked whatever it may say.
    """
    return bool(path.looking) and (chosen or path.understands(claim))
