"""Rewards from preferences: the model grades or compares events, and a reward is fitted to its answers.

Graded in batches, a few hundred events take a few questions; the papers' way, one question for each order of
each pair, takes tens of thousands. A sample of pairs is asked the papers' way to see whether both agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.llm.asking import LanguageModel
from agent.llm.errors import NoRecordedAnswer
from agent.llm.replies import EventGrades, EventPreference
from agent.preferences.event_list import EventList
from agent.stats import Estimate, cohen_kappa, success_estimate
from envs.fact_changes import FactChanges
from envs.game import GameSpec
from envs.seeding import child_seed
from skills.files import sha256
from skills.rewards.comparisons import (
    TURNED,
    Comparisons,
    Opinion,
    Verdict,
    compare,
    graded_opinions,
    graded_verdict,
)
from skills.rewards.preference_fit import agreement_with, fit_preferences
from skills.rewards.preference_model import PreferenceModel
from skills.skill import PreferenceRecord

EVENTS_PER_QUESTION = 150
"""Events that are graded in one question."""
COMPARED_PAIRS = 40
"""Pairs that are also compared one by one, in both orders."""
CONTRADICTION = "contradiction"
"""The verdict on a pair whose two orders differ."""

_VERDICTS: dict[str, Verdict] = {"1": "first", "2": "second", "tie": "tie", "neither": "neither"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of pairwise answers with what the grades imply.

    Attributes:
        share: of the pairs in which both orders say what the grades imply, with Wilson's interval.
        kappa: Cohen's kappa over the same pairs, with its bootstrap interval; a pair whose orders differ
            is a class of its own.
        pairwise: the pairwise answers.
    """

    share: Estimate
    kappa: Estimate
    pairwise: Comparisons


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedPreference:
    """A reward for one skill, and the answers it was learned from.

    Attributes:
        skill: its name.
        model: the reward.
        grades: of the events, in their order, -3 to 3.
        comparisons: all preferences, from grades and from pairs.
        answers: ids of the model answers.
        graded_calls: questions that the grades took.
        agreement: with pairwise answers; None where none were asked for or recorded.
        fit: share of the uncontradicted preferences that the reward orders as they are.
    """

    skill: str
    model: PreferenceModel
    grades: tuple[int, ...]
    comparisons: Comparisons
    answers: tuple[str, ...]
    graded_calls: int
    agreement: Agreement | None
    fit: float

    @property
    def pairs(self) -> int:
        """Pairs of events that the grades decide."""
        return len(self.grades) * (len(self.grades) - 1) // 2

    @property
    def pairwise_calls(self) -> int:
        """Questions that the same pairs would take one by one, in both orders."""
        return 2 * self.pairs

    @property
    def saving(self) -> float:
        """How many times fewer questions grading takes."""
        return self.pairwise_calls / self.graded_calls

    def record(self) -> PreferenceRecord:
        """The entry in the skill's record."""
        agreement = self.agreement
        return PreferenceRecord(
            sha256=sha256(self.model.to_bytes()),
            events=len(self.grades),
            answers=len(self.answers),
            pairs_compared=agreement.share.n if agreement else 0,
            pairs_agreed=round(agreement.share.mean * agreement.share.n) if agreement else 0,
        )


class Annotator:
    """Asks for preferences between the events of a game.

    Args:
        model: the model that is asked.
        spec: the game.
        events: its distinct events.
    """

    def __init__(self, model: LanguageModel, spec: GameSpec, events: EventList) -> None:
        self._model, self._spec, self.events = model, spec, events
        self._changes = FactChanges(spec)
        self._signs = events.signs(self._changes)

    def learn(self, skill: str, description: str, sample: int = COMPARED_PAIRS) -> LearnedPreference:
        """Ask for preferences and fit the reward.

        Args:
            skill: its name.
            description: its description, which the preferences are to follow.
            sample: pairs to compare one by one as well; where such answers are to be had from records only
                and are not there, the agreement stays unknown.

        Raises:
            ContradictoryPreferences: nothing can be learned from the answers.
            LLMError: no usable answer; `NoRecordedAnswer` among them.
        """
        grades, answers = self.grade(skill, description)
        opinions = graded_opinions(grades)
        calls, agreement = len(answers), None
        try:
            said, more = self.compare(skill, description, self.pairs(skill, sample))
        except NoRecordedAnswer:
            said, more = [], ()
        if said:
            agreement = agree(said, grades)
        comparisons = compare([*opinions, *said])
        model = fit_preferences(
            self._signs,
            comparisons,
            tuple(channel.fact for channel in self._changes.channels),
            np.array(grades) <= 0,
            game=self._spec.name,
            skill=skill,
        )
        return LearnedPreference(
            skill=skill,
            model=model,
            grades=grades,
            comparisons=comparisons,
            answers=(*answers, *more),
            graded_calls=calls,
            agreement=agreement,
            fit=agreement_with(model, self._signs, comparisons),
        )

    def grade(self, skill: str, description: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Listwise: a grade for every event, and the ids of the answers. Raises `LLMError`."""
        grades: list[int] = []
        answers: list[str] = []
        for variables in self.questions(skill, description):
            size = variables["events"].count("\n") + 1

            def check(reply: EventGrades, count: int = size) -> None:
                if unknown := [n for listed in reply.grades.values() for n in listed if n > count]:
                    raise ValueError(f"there is no event {unknown[0]}; they are numbered from 1 to {count}")

            asked = self._model.ask(
                "grade_events",
                EventGrades,
                check=check,
                draw=0,
                **variables,
            )
            given = {n: int(grade) for grade, listed in asked.reply.grades.items() for n in listed}
            grades += [given.get(number, 0) for number in range(1, size + 1)]
            answers.append(asked.answer_id)
        return tuple(grades), tuple(answers)

    def questions(self, skill: str, description: str) -> list[dict[str, str]]:
        """The variables of ``prompts/grade_events.md``, batch by batch."""
        batches = []
        for begin in range(0, len(self.events.events), EVENTS_PER_QUESTION):
            texts = [event.text for event in self.events.events[begin : begin + EVENTS_PER_QUESTION]]
            numbered = "\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=1))
            batches.append({**self._briefing(skill, description), "events": numbered})
        return batches

    def compare(
        self, skill: str, description: str, pairs: Sequence[tuple[int, int]]
    ) -> tuple[list[Opinion], tuple[str, ...]]:
        """Pairwise: what is better of each pair of events, asked in both orders. Raises `LLMError`."""
        opinions: list[Opinion] = []
        answers: list[str] = []
        for pair in pairs:
            for first, second in (pair, pair[::-1]):
                asked = self._model.ask(
                    "compare_events",
                    EventPreference,
                    check=None,
                    draw=0,
                    first=self.events.events[first].text,
                    second=self.events.events[second].text,
                    **self._briefing(skill, description),
                )
                opinions.append(Opinion(first, second, _VERDICTS[asked.reply.better]))
                answers.append(asked.answer_id)
        return opinions, tuple(answers)

    def pairs(self, skill: str, sample: int) -> list[tuple[int, int]]:
        """Pairs of events drawn for one skill, all equally likely and no two the same."""
        n = len(self.events.events)
        first, second = np.triu_indices(n, 1)
        rng = np.random.default_rng(child_seed(self.events.seed, "pairs", skill))
        chosen = rng.choice(len(first), size=min(sample, len(first)), replace=False)
        return [(int(first[i]), int(second[i])) for i in chosen]

    def _briefing(self, skill: str, description: str) -> dict[str, str]:
        return {"game": self._spec.title, "skill": skill, "description": description}


def agree(opinions: Sequence[Opinion], grades: Sequence[int]) -> Agreement:
    """Pairwise opinions, each pair in both orders, beside what the grades imply.

    Raises:
        ValueError: there is no opinion.
    """
    together: dict[tuple[int, int], set[Verdict]] = {}
    for opinion in opinions:
        low, high = sorted((opinion.first, opinion.second))
        verdict = opinion.verdict if opinion.first == low else TURNED[opinion.verdict]
        together.setdefault((low, high), set()).add(verdict)
    one_by_one = [next(iter(v)) if len(v) == 1 else CONTRADICTION for v in together.values()]
    graded = [graded_verdict(grades[low], grades[high]) for low, high in together]
    agreed = sum(a == b for a, b in zip(one_by_one, graded, strict=True))
    return Agreement(
        share=success_estimate(agreed, len(graded)),
        kappa=cohen_kappa(one_by_one, graded),
        pairwise=compare(opinions),
    )
