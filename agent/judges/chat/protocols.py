"""How a chat model comes to a verdict: one sample, a majority of several, or a debate before a judge.

Which of them is worth its tokens is measured by ``python -m agent.bench judging-protocols``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from agent.llm.asking import LanguageModel
from agent.llm.pictures import Picture
from agent.llm.replies import AttemptArgument, AttemptJudgement, DebatedJudgement
from envs.text import clause, plain
from planners.plan import Outcome, Verdict

NAME: Final = "chat"
"""What verdicts name as their source."""

LONGEST_REASON: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One attempt before a model.

    Attributes:
        model: who is asked.
        criteria: of the claim.
        n_views: how many views there are.
        pictures: what the views refer to.
        variables: of the prompt ``judge_attempt``.
    """

    model: LanguageModel
    criteria: Sequence[str]
    n_views: int
    pictures: Sequence[Picture]
    variables: Mapping[str, str] = field(repr=False)

    def judgement(self, draw: int = 0) -> Verdict:
        """What the model says. Raises `LLMError`."""
        asked = self.model.ask_about(
            self.pictures, "judge_attempt", AttemptJudgement, self.variables, check=self.check, draw=draw
        )
        return self._verdict(asked.reply, asked.answer_id)

    def judgement_after(self, for_done: str, against_done: str) -> Verdict:
        """What the model says once it has heard both sides. Raises `LLMError`."""
        variables = {**self.variables, "for_done": for_done, "against_done": against_done}
        asked = self.model.ask_about(
            self.pictures, "judge_debate", DebatedJudgement, variables, check=self.check
        )
        return self._verdict(asked.reply, asked.answer_id)

    def argument(self, side: str) -> str:
        """What the model says for one side. Raises `LLMError`."""
        variables = {**self.variables, "side": side}
        return self.model.ask_about(self.pictures, "argue_attempt", AttemptArgument, variables).reply.argument

    def check(self, reply: AttemptJudgement) -> None:
        """Raise `ValueError` unless every view is described and every criterion judged."""
        if len(reply.seen) != self.n_views:
            raise ValueError(f'"seen" has {len(reply.seen)} entries; there are {self.n_views} views')
        judged, asked = {finding.number for finding in reply.criteria}, set(range(1, len(self.criteria) + 1))
        if judged != asked:
            raise ValueError(f'"criteria" judges the numbers {sorted(judged)}; expected {sorted(asked)}')

    def _verdict(self, reply: AttemptJudgement, answer_id: str) -> Verdict:
        """The verdict that follows from a reply: unclear wherever a criterion is not visible."""
        hidden = [finding for finding in reply.criteria if finding.status == "not visible"]
        decisive = hidden or [finding for finding in reply.criteria if finding.status == "not met"]
        told = decisive or list(reply.criteria)
        reasons = (
            f"{clause(self.criteria[finding.number - 1])}: {finding.status}"
            + (f" ({clause(finding.why)})" if finding.why else "")
            for finding in told
        )
        outcome: Outcome = "unclear" if hidden else reply.verdict
        return Verdict(
            outcome=outcome,
            reason=plain("; ".join(reasons), LONGEST_REASON),
            judge=NAME,
            confidence=reply.confidence,
            answer_id=answer_id,
        )


class JudgingProtocol(Protocol):
    """A way to a verdict.

    Attributes:
        calls: model calls for one attempt, repairs not counted.
    """

    @property
    def calls(self) -> int:
        """Model calls for one attempt, repairs not counted."""
        ...

    def decide(self, question: Question) -> Verdict:
        """The verdict on one attempt. Raises `LLMError`."""
        ...


@dataclass(frozen=True, slots=True)
class Single:
    """One sample; asked again while it is unclear, `tries` times in all."""

    tries: int = 1

    @property
    def calls(self) -> int:
        """At most."""
        return self.tries

    def decide(self, question: Question) -> Verdict:
        """The first verdict that is not unclear, else the last. Raises `LLMError`."""
        for draw in range(self.tries):
            verdict = question.judgement(draw=draw)
            if verdict.outcome != "unclear":
                break
        return verdict


@dataclass(frozen=True, slots=True)
class Majority:
    """Several samples; more than half of them must agree. The model's temperature must be above 0."""

    samples: int = 3

    @property
    def calls(self) -> int:
        """One a sample."""
        return self.samples

    def decide(self, question: Question) -> Verdict:
        """The verdict of more than half, else unclear. Raises `LLMError`."""
        verdicts = [question.judgement(draw=draw) for draw in range(self.samples)]
        outcome, votes = Counter(verdict.outcome for verdict in verdicts).most_common(1)[0]
        if 2 * votes <= self.samples or outcome == "unclear":
            said = ", ".join(verdict.outcome for verdict in verdicts)
            return Verdict(outcome="unclear", reason=f"no majority: {said}", judge=NAME, confidence=0.0)
        agreeing = [verdict for verdict in verdicts if verdict.outcome == outcome]
        return Verdict(
            outcome=outcome,
            reason=f"{votes} of {self.samples} agree; {agreeing[0].reason}",
            judge=NAME,
            confidence=sum(verdict.confidence for verdict in agreeing) / self.samples,
            answer_id=agreeing[0].answer_id,
        )


@dataclass(frozen=True, slots=True)
class Debate:
    """One argument for each side, then a judge who has heard both. Source: arXiv 2407.04622, one round."""

    @property
    def calls(self) -> int:
        """Two who argue, and the judge."""
        return 3

    def decide(self, question: Question) -> Verdict:
        """The judge's verdict. Raises `LLMError`."""
        return question.judgement_after(
            for_done=question.argument("succeeded: every criterion is met"),
            against_done=question.argument("did not succeed: a criterion is not met, or cannot be seen"),
        )


PROTOCOLS: Final[Mapping[str, JudgingProtocol]] = {
    "single": Single(),
    "majority": Majority(),
    "debate": Debate(),
}
