"""A chat model as judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from agent.errors import AgentError
from agent.judges.chat.criteria import CriteriaBook, numbered
from agent.judges.chat.protocols import NAME, JudgingProtocol, Question, Single
from agent.judges.chat.views import AttemptViews
from agent.llm.asking import LanguageModel
from agent.llm.errors import BudgetExceeded, CannotSee, ModelUnavailable
from envs.game import GameSpec
from envs.text import plain
from planners.execution.judge import JudgeTask
from planners.plan import Verdict

REST: Final = 20
"""Attempts that are not judged after the model could not be reached; then it is asked again."""

JUDGING_PROMPTS: Final = ("claim_criteria", "judge_attempt", "argue_attempt", "judge_debate")


@dataclass(slots=True)
class ChatJudge:
    """Breaks claims down into criteria, shows the model the attempt, and takes its verdict.

    Whatever goes wrong - no reply, one without a verdict, a question longer than the context, a model that
    takes no pictures, a cap - is unclear, with the reason; never a failure of the attempt.

    Attributes:
        model: who is asked.
        game: the game that is judged.
        max_calls: model calls on judging in this run; recorded answers are not counted.
        protocol: how it comes to a verdict.
    """

    model: LanguageModel
    game: GameSpec
    max_calls: int = 100
    protocol: JudgingProtocol = field(default_factory=Single)
    name: str = NAME
    wants_captions: bool = False
    _spent: int = -1
    _silent: str = ""
    _resting: int = 0
    _criteria: CriteriaBook = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._spent = self.model.kept.calls_about(JUDGING_PROMPTS)
        self._criteria = CriteriaBook(self.model, self.game)

    @property
    def calls(self) -> int:
        """Model calls on judging so far, those of earlier sessions of the run included."""
        return self._spent

    @property
    def wants_frames(self) -> bool:
        """Whether it looks at pictures: wherever there is no terminal to read."""
        return not self.game.terminal

    @property
    def wants_screens(self) -> bool:
        """Whether it reads the terminal."""
        return self.game.terminal

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict on one attempt."""
        if reason := self._why_silent():
            return self._unclear(reason)
        before = self.model.meter.calls
        try:
            return self._ask(task)
        except ModelUnavailable as error:
            self._resting = REST
            return self._unclear(str(error))
        except (CannotSee, BudgetExceeded) as error:
            self._silent = str(error)  # asking again would end in the same way
            return self._unclear(str(error))
        except AgentError as error:
            return self._unclear(str(error))
        finally:
            self._spent += self.model.meter.calls - before

    def _ask(self, task: JudgeTask) -> Verdict:
        claim, views = task.in_words(), AttemptViews.of(task)
        criteria = self._criteria.of(claim)
        question = Question(
            model=self.model,
            criteria=criteria,
            n_views=len(views),
            pictures=views.pictures,
            variables={
                "game": self.game.title,
                "claim": claim,
                "criteria": numbered(criteria),
                "views": views.in_words(),
            },
        )
        return self.protocol.decide(question)

    def _why_silent(self) -> str:
        """Why the model is not asked now; empty when it is."""
        if self._silent:
            return self._silent
        if self._resting:
            self._resting -= 1
            return "the model could not be reached lately, and is asked again later"
        if self.model.client is not None and self._spent + self.protocol.calls > self.max_calls:
            return (
                f"{self._spent} of at most {self.max_calls} model calls on judging are used up; "
                "raise --max-judge-calls"
            )
        return ""

    def _unclear(self, reason: str) -> Verdict:
        return Verdict(outcome="unclear", reason=plain(reason), judge=self.name, confidence=0.0)
