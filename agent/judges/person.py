"""A person as judge, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.judges.chat.views import AttemptViews
from agent.llm.pictures import Picture
from agent.person import Conversation, Person, question
from envs import disk
from envs.disk import Written
from envs.game import GameSpec
from envs.text import plain
from planners.execution.judge import JudgeTask
from planners.plan import Outcome, Verdict
from skills.files import write_atomically

NAME: Final = "person"

MAX_TRIES: Final = 3
"""Answers that are no verdict before the attempt is unclear."""

_VERDICTS: Final[dict[str, Outcome]] = {
    **dict.fromkeys(("y", "yes", "done", "d"), "done"),
    **dict.fromkeys(("n", "no", "not_done", "not"), "not_done"),
    **dict.fromkeys(("u", "unclear", "?", ""), "unclear"),
}

_ASK: Final = "Is it done? y(es), n(o) or u(nclear); a reason may follow: "


@dataclass(slots=True)
class PersonJudge:
    """Saves the pictures of an attempt, says where they are, and asks whether it succeeded.

    Whatever is no verdict is unclear. What was answered is in the run's record: nothing is asked twice.

    Attributes:
        person: who is asked.
        game: the game that is judged.
        folder: where pictures go.
    """

    person: Person
    game: GameSpec
    folder: Path
    name: str = NAME
    wants_captions: bool = False
    _shown: int = 0

    @property
    def wants_frames(self) -> bool:
        """Whether pictures are shown: wherever there is no terminal."""
        return not self.game.terminal

    @property
    def wants_screens(self) -> bool:
        """Whether the terminal is shown."""
        return self.game.terminal

    def judge(self, task: JudgeTask) -> Verdict:
        """The person's verdict. Raises `NobodyThere` and `OSError` (the pictures cannot be saved)."""
        views = AttemptViews.of(task)
        asked = question("person_verdict", f"{task.in_words()}\n\n{views.in_words()}", task.task)
        said = self.person.answer(asked, lambda conversation: self._ask(conversation, task, views))
        outcome, reason = _read(said) or ("unclear", "no verdict")
        return Verdict(outcome=outcome, reason=reason, judge=self.name, answer_id=asked.key)

    def _ask(self, conversation: Conversation, task: JudgeTask, views: AttemptViews) -> str:
        """Show the attempt, and ask until there is a verdict; the last answer."""
        conversation.tell(f"\nClaim: {task.in_words()}")
        for line in self._shown_views(views):
            conversation.tell(line)
        said = ""
        for _ in range(MAX_TRIES):
            said = conversation.ask(_ASK).strip()
            if _read(said) is not None:
                return said
            conversation.tell("that is no verdict")
        return f"unclear {said}"

    def _shown_views(self, views: AttemptViews) -> Iterator[str]:
        """What is said of each view; pictures are saved first."""
        self._shown += 1
        disk.make_folder(self.folder, Written.OUTPUT)
        for number, view in enumerate(views.views, 1):
            label = f"view {number} of {len(views)}, after {view.step} steps{view.why}"
            if isinstance(view.seen, Picture):
                path = self.folder / f"attempt-{self._shown:04d}-view-{number}.png"
                write_atomically(path, view.seen.png())
                yield f"{label}: {path}"
            else:
                yield f"{label}:\n{plain(view.seen, 4_000, lines=True)}"


def _read(said: str) -> tuple[Outcome, str] | None:
    """A verdict and its reason; None for what is no verdict.

    >>> _read("n, it is still grass")
    ('not_done', 'it is still grass')
    """
    first, _, rest = said.strip().replace(",", " ", 1).partition(" ")
    outcome = _VERDICTS.get(first.lower().strip(".!:"))
    return None if outcome is None else (outcome, plain(rest.strip() or "as seen by a person", 500))
