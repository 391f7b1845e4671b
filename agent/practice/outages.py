"""A model that does not answer for a while: the session goes on with what needs none, and asks again later.

A question is asked again after `FIRST_WAIT_S`, then after twice as long, up to `LONGEST_WAIT_S`. Where there
is nothing else to do, the session waits for that; where there is (`elsewhere`), what needed the answer is put
off and the loop goes on with other skills. No skill is given up for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from agent.llm.errors import BudgetExceeded, LLMError, ModelUnavailable
from agent.llm.meter import Meter
from agent.practice.progress import PracticeProgress
from agent.practice.session_state import Budget
from agent.practice.steering import Steering
from agent.records.runs import Run
from envs.text import plain

FIRST_WAIT_S: Final = 30.0
"""Seconds until the first question after one that got no answer."""
LONGEST_WAIT_S: Final = 600.0
"""Seconds between two questions, at most."""
NAP_S: Final = 5.0
"""Seconds of waiting after which the budget is looked at again."""
MOST_PAUSES: Final = 3
"""Pauses that one question may begin while others are answered; after that it is the question's fault."""
LONGEST_REASON: Final = 300


def _tell_nobody(kind: str, **data: Any) -> None:
    """An outage that is on no record."""


@dataclass(slots=True, kw_only=True)
class Outages:
    """Whether the model answers; see `agent.llm.asking.Patience`.

    Attributes:
        tell: records that a pause began or ended, as `agent.records.runs.run.Run.event`.
        spent: whether the session's time is over.
        answered_before: whether the model has answered in this run. One that never did is misnamed or not
            started, and whoever began the session should know at once.
        clock: seconds that only grow.
        sleep: waits so many seconds.
    """

    tell: Callable[..., None] = _tell_nobody
    spent: Callable[[], bool] = lambda: False
    answered_before: bool = False
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _since: float | None = None
    _next: float = 0.0
    _tries: int = 0
    _elsewhere: bool = False
    _exhausted: str = ""
    _put_off: set[str] = field(default_factory=set)
    _begun: dict[str, int] = field(default_factory=dict)

    @property
    def on(self) -> bool:
        """Whether the last question got no answer."""
        return self._since is not None

    @property
    def resting(self) -> bool:
        """Whether it is too early to ask again."""
        return bool(self._exhausted) or (self.on and self.clock() < self._next)

    @property
    def waited_for(self) -> bool:
        """Whether something is put off until the model answers again."""
        return self.on and bool(self._put_off) and not self._exhausted

    @property
    def exhausted(self) -> str:
        """Why nothing may be asked any more in this session; empty while something may."""
        return self._exhausted

    # What the model tells.

    def answered(self) -> None:
        """The model has answered."""
        self.answered_before = True
        if self._since is None:
            return
        self.tell("model_back", seconds=round(self.clock() - self._since, 1), tries=self._tries)
        self._since, self._tries = None, 0
        self._put_off.clear()

    def failed(self, error: ModelUnavailable) -> bool:
        """The model has not answered; returns whether to ask the same again, after having waited.

        Args:
            error: why not.
        """
        if error.of_question or not self.answered_before:
            return False
        now = self.clock()
        if self._since is None:
            self._since = now
            self.tell("model_down", reason=plain(error, LONGEST_REASON))
        self._next = now + min(FIRST_WAIT_S * 2**self._tries, LONGEST_WAIT_S)
        self._tries += 1
        return not self._elsewhere and self.wait()

    # What the session does about it.

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """A block that need not wait for its answers: other things can be done meanwhile."""
        before, self._elsewhere = self._elsewhere, True
        try:
            yield
        finally:
            self._elsewhere = before

    def put_off(self, what: str, error: LLMError) -> bool:
        """Put off what could not be asked; False when the error is no outage, and has to be dealt with.

        Nor is it one when this question began several pauses, and others were answered in between.

        Args:
            what: a skill, or another thing that waits for an answer.
            error: what asking led to.
        """
        if isinstance(error, BudgetExceeded) and self.answered_before:
            self._put_off.add(what)
            if not self._exhausted:
                self._exhausted = plain(error, LONGEST_REASON)
                self.tell("model_exhausted", reason=self._exhausted)
            return True
        if isinstance(error, ModelUnavailable) and self.on and not error.of_question:
            if not self._put_off:
                self._begun[what] = self._begun.get(what, 0) + 1
            self._put_off.add(what)
            return self._begun.get(what, 0) <= MOST_PAUSES
        return False

    def withheld(self, what: str) -> bool:
        """Whether something that was put off has to wait still."""
        return what in self._put_off and self.resting

    def wait(self) -> bool:
        """Wait until the model may be asked again; False where the session's time is over before."""
        while self.on and (left := self._next - self.clock()) > 0:
            if self.spent():
                return False
            self.sleep(min(left, NAP_S))
        return not self.spent()


def open_outages(
    run: Run, progress: PracticeProgress, budget: Budget, meter: Meter, steering: Steering
) -> Outages:
    """What a session needs to know of outages of its model; they are recorded in the run and shown."""

    def spent() -> bool:
        steering.go_on()
        return bool(budget.reason)

    def tell(kind: str, **data: Any) -> None:
        run.event(kind, **data)
        progress.note(_in_words(kind, data))

    answered = meter.usage.input_tokens + meter.usage.output_tokens > 0
    return Outages(tell=tell, spent=spent, answered_before=answered)


def _in_words(kind: str, data: Mapping[str, Any]) -> str:
    if kind == "model_back":
        return f"the model answers again, after {data['seconds'] / 60:.1f} minutes"
    if kind == "model_down":
        return f"the model does not answer, and is asked again later: {data['reason']}"
    return f"the model is not asked any more: {data['reason']}"
