"""The skills that a library has for tasks given in words, chosen once before anything is played."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from agent.config import EvalConfig
from agent.evaluation.suites.suite import Suite
from agent.llm.open_model import ModelOptions, model_settings
from skills.skill import Skill


class PartsOf:
    """Chooses skills of one library by the words of tasks.

    Args:
        config: the mode, and who is asked.
        suite: for its game.
        library: folder of the skill libraries.
        log: where answers are noted; None to note none.
    """

    def __init__(self, config: EvalConfig, suite: Suite, library: Path, log: Path | None = None) -> None:
        self._config, self._suite, self._library = config, suite, library
        self._options = ModelOptions(log=log, settings=model_settings(config))
        self._chosen: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _skills(self) -> dict[str, Skill]:
        from skills.store.store import SkillLibrary

        return SkillLibrary(self._library, self._suite.game).load_all()

    def __call__(self, text: str) -> tuple[str, ...]:
        """The skills to try for a task; none where no skill is near. Raises as `choose_parts`."""
        if text not in self._chosen:
            self._chosen[text] = self._choose(text)
        return self._chosen[text]

    def _choose(self, text: str) -> tuple[str, ...]:
        from agent.solving.nearest import nearest_skills
        from agent.solving.parts import choose_parts, model_for_parts
        from envs.registry import game_spec

        spec = game_spec(self._suite.game)
        if (self._config.mode or self._suite.mode) == "name":
            return tuple(match.skill for match in nearest_skills(text, self._skills, spec)[:1])
        model = model_for_parts(self._config.llm, self._suite.game, text, self._options)
        parts = choose_parts(text, self._skills, spec, model)
        return parts.skills if parts else ()
