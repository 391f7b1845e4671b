"""The learned preferences, skill by skill, as the documented JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agent.design.tasks import propose
from agent.llm.asking import LanguageModel
from agent.llm.errors import NoRecordedAnswer
from agent.llm.replies import ProposedTask
from agent.preferences.annotator import COMPARED_PAIRS, Annotator, LearnedPreference
from agent.preferences.event_list import EventList
from envs.errors import did_you_mean
from envs.fact_changes import FactChanges
from envs.game import GameSpec
from skills.errors import UnknownSkill

SHOWN_EVENTS = 5
"""Events that are shown at either end."""


@dataclass(frozen=True, slots=True)
class PreferenceReport:
    """Preferences of several skills of one game.

    Attributes:
        spec: the game.
        events: its distinct events.
        learned: one entry per skill.
        missing: skills that nothing is recorded about.
    """

    spec: GameSpec
    events: EventList
    learned: tuple[LearnedPreference, ...] = ()
    missing: tuple[str, ...] = field(default=())

    def to_record(self) -> dict[str, Any]:
        """The document of ``journeyman preferences --json``."""
        return {
            "game": self.spec.name,
            "events": len(self.events.events),
            "steps": self.events.steps,
            "seed": self.events.seed,
            "skills": [self._skill(learned) for learned in self.learned],
            "missing": list(self.missing),
        }

    def _skill(self, learned: LearnedPreference) -> dict[str, Any]:
        value = learned.model.normalised(self.events.signs(FactChanges(self.spec)))
        order = np.argsort(-value, kind="stable")
        shown = {"highest": order[:SHOWN_EVENTS], "lowest": order[::-1][:SHOWN_EVENTS]}
        return {
            "name": learned.skill,
            "pairs": learned.pairs,
            "calls_listwise": learned.graded_calls,
            "calls_pairwise": learned.pairwise_calls,
            "saving": round(learned.saving, 1),
            "agreement": _agreement(learned),
            "contradicted": len(learned.comparisons.contradicted),
            "ordered": round(learned.fit, 4),
            "threshold": round(learned.model.threshold(85), 3),
            **{
                end: [
                    {"event": self.events.events[i].text, "reward": round(float(value[i]), 3)} for i in chosen
                ]
                for end, chosen in shown.items()
            },
        }


def _agreement(learned: LearnedPreference) -> dict[str, Any] | None:
    agreement = learned.agreement
    if agreement is None:
        return None
    return {
        "n": agreement.share.n,
        "share": round(agreement.share.mean, 4),
        "ci95": agreement.share.interval.rounded(4),
        "kappa": round(agreement.kappa.mean, 4),
        "kappa_ci95": agreement.kappa.interval.rounded(4),
        "orders_differ": len(agreement.pairwise.contradicted),
        "in_cycles": len(agreement.pairwise.cyclic),
    }


def ask_preferences(
    model: LanguageModel,
    spec: GameSpec,
    events: EventList,
    wanted: Sequence[str] = (),
    sample: int = COMPARED_PAIRS,
) -> PreferenceReport:
    """Ask for the preferences of some skills of a game, by default of all that it proposes to learn.

    Args:
        model: the model that is asked.
        spec: the game.
        events: its distinct events.
        wanted: names of skills; those that nothing is recorded about are an error only if they are named.
        sample: pairs that are compared one by one as well.

    Raises:
        UnknownSkill: none of the proposed tasks has that name.
        ContradictoryPreferences: nothing can be learned from the answers.
        LLMError: no usable answer.
    """
    tasks = propose(model, spec)[0]
    annotator = Annotator(model, spec, events)
    learned, missing = [], []
    for task in _chosen(tasks, wanted):
        try:
            learned.append(annotator.learn(task.name, task.description, sample))
        except NoRecordedAnswer:
            if wanted:
                raise
            missing.append(task.name)
    return PreferenceReport(spec, events, tuple(learned), tuple(missing))


def _chosen(tasks: Sequence[ProposedTask], wanted: Sequence[str]) -> Iterator[ProposedTask]:
    by_name = {task.name: task for task in tasks}
    for name in wanted or by_name:
        if name not in by_name:
            raise UnknownSkill(f"{name!r} is not among the tasks proposed{did_you_mean(name, by_name)}")
        yield by_name[name]
