"""The session's rewards from preferences, learned once per skill if the settings ask for them."""

from __future__ import annotations

from agent.config import PracticeConfig
from agent.llm.asking import LanguageModel
from agent.llm.open_model import is_live
from agent.preferences.annotator import COMPARED_PAIRS, Annotator, LearnedPreference
from agent.preferences.event_list import collect_events, shipped_events
from agent.records.runs import Run
from envs.game import GameSpec
from skills.rewards.preference_model import PreferenceModel
from skills.skill import Skill


class SessionPreferences:
    """Learns rewards from preferences, and keeps them for the session.

    Args:
        config: the session's settings.
        run: its record.
        model: the model that is asked.
        spec: the game.
    """

    def __init__(self, config: PracticeConfig, run: Run, model: LanguageModel, spec: GameSpec) -> None:
        self._config, self._run, self._model, self._spec = config, run, model, spec
        self._annotator: Annotator | None = None
        self._learned: dict[str, LearnedPreference] = {}

    @property
    def wanted(self) -> bool:
        """Whether skills are trained on preferences, alone or besides."""
        return self._config.reward != "code"

    def learn(self, draft: Skill) -> Skill:
        """The skill with the record of its preferences; unchanged where none are wanted or needed.

        A live model is not asked pair by pair: that would cost more than everything else of a session.

        Raises:
            ContradictoryPreferences: nothing can be learned from the answers.
            LLMError: no usable answer.
            BadEventList: the game's list of events cannot be read.
        """
        if not self.wanted or draft.policy.kind != "learned":
            return draft
        learned = self._learned.get(draft.name)
        if learned is None:
            if self._annotator is None:
                events = shipped_events(self._spec) or collect_events(self._spec, self._config.seed)
                self._annotator = Annotator(self._model, self._spec, events)
            sample = 0 if is_live(self._config.llm) else COMPARED_PAIRS
            learned = self._learned[draft.name] = self._annotator.learn(draft.name, draft.description, sample)
            self._run.event("preferred", skill=draft.name, **learned.record().model_dump())
        lineage = draft.lineage.model_copy(
            update={"answers": (*draft.lineage.answers, *learned.answers[: learned.graded_calls])}
        )
        return draft.model_copy(update={"preference": learned.record(), "lineage": lineage})

    def model(self, skill: str) -> PreferenceModel | None:
        """The reward that was learned for a skill; None without one."""
        learned = self._learned.get(skill)
        return learned.model if learned else None
