"""A person in the seat of a model: what is said to them, what they answer, and that it is recorded."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from agent.errors import AgentError
from agent.llm.answer import Answer, Request, Source
from agent.llm.answer_log import AnswerLog
from agent.llm.message import Message
from envs.text import plain

LONGEST_ANSWER: Final = 1_000
"""Characters of an answer that are read."""

MODEL: Final = "a person"
"""What records name as the model."""


class NobodyThere(AgentError):
    """Nobody can be asked: there is no terminal, or the input has come to an end."""


class Conversation(Protocol):
    """Somebody who can be asked."""

    def tell(self, text: str) -> None:
        """Say something; any text, of a model or a game too, is made fit to be shown."""
        ...

    def ask(self, question: str) -> str:
        """One line of answer. Raises `NobodyThere`; Ctrl-C is `KeyboardInterrupt`, as everywhere."""
        ...


@runtime_checkable
class Checked(Protocol):
    """A conversation that knows beforehand whether anybody is there."""

    def require_somebody(self) -> None:
        """Raises `NobodyThere`."""
        ...


def require_somebody(conversation: Conversation) -> None:
    """Raises `NobodyThere` where it is known beforehand that nobody can be asked."""
    if isinstance(conversation, Checked):
        conversation.require_somebody()


class Nobody:
    """Stands where no person does."""

    def require_somebody(self) -> None:
        """Raises `NobodyThere`."""
        self.ask("")

    def tell(self, text: str) -> None:
        """Nobody hears it."""

    def ask(self, question: str) -> str:
        """Raises `NobodyThere`."""
        raise NobodyThere("nobody can be asked here; give a conversation, or run the command in a terminal")


@dataclass(slots=True)
class Person:
    """Somebody who is asked, and the record of what they said.

    Attributes:
        conversation: how they are spoken to.
        log: the run's record of answers; None keeps none.
    """

    conversation: Conversation
    log: AnswerLog | None = None
    _gone: str = ""

    def answer(self, request: Request, ask: Callable[[Conversation], str]) -> str:
        """What was answered to a question, now or in an earlier session of this run.

        Args:
            request: the question, complete; its key is what the answer is found by.
            ask: asks it; what it returns is recorded.

        Raises:
            NobodyThere: nobody can be asked, now or ever since.
        """
        if self.log is not None and (known := self.log.lookup(request.key)) is not None:
            return known.reply
        if self._gone:
            raise NobodyThere(self._gone)
        try:
            text = plain(ask(self.conversation), LONGEST_ANSWER, lines=True)
        except NobodyThere as error:
            self._gone = str(error)
            raise
        if self.log is not None:
            today = datetime.datetime.now(datetime.UTC).date().isoformat()
            source = Source(kind="live", model=MODEL, date=today)
            self.log.add_answer(Answer(request=request, reply=text, source=source))
        return text


def question(prompt_id: str, text: str, subject: str) -> Request:
    """A question to a person as a record.

    Args:
        prompt_id: what kind of question it is.
        text: everything that can change the answer.
        subject: what it is about, in a word.
    """
    message = Message(role="user", content=text)
    return Request(prompt_id=prompt_id, prompt_version=1, messages=(message,), reply="text", subject=subject)
