"""What a judge's errors cost: skills practised on facts, on the embedded judge, and on facts made worse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from agent.errors import BadConfig
from agent.judges.recipe import BY_FACTS, EMBEDDED, JudgeRecipe
from agent.studies.ledger import Ledger, Part
from agent.studies.one_skill import OneSkill
from agent.studies.states import find_states
from envs.registry import game_spec
from envs.seeding import child_seed
from envs.workers.cores import core_count
from skills.skill import Skill
from skills.store.store import SkillLibrary

ARMS: Final = ("facts", "judge", "false_done", "missed")
"""Who says what has succeeded: facts; the embedded judge; facts that call so many failures done; facts that
miss so many successes."""

SKILLS: Final = ("collect_sapling", "drink_water", "eat_cow")
"""What is practised: one that chance delays, one that needs a way, one whose goal moves."""

TRAINING_EPISODE_STEPS = 300
"""Steps of a training episode at most, as in practice."""

CLAIMS: Final = {
    "collect_sapling": "collect a sapling",
    "drink_water": "drink water",
    "build_shelter": "the player is walled in on all sides",
    "eat_cow": "eat a cow",
    "collect_wood": "collect wood",
}
"""What must be seen, for skills whose description says more than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeErrorsStudy:
    """Its settings.

    Attributes:
        library: whose skills' designs are practised; their networks are not used.
        game: registry name.
        skills: learned skills of the library whose success facts state.
        arms: of `ARMS`.
        seeds: trainings of each skill in each arm.
        steps: game steps of each training.
        trials: executions that the judge counts afterwards.
        checks: executions that facts count.
        rate: of the errors made on purpose.
        states: saved states to train in, and as many to try in, of skills that need something.
        workers: threads or processes that step games; None for all cores.
    """

    library: Path
    game: str = "crafter"
    skills: tuple[str, ...] = SKILLS
    arms: tuple[str, ...] = ARMS
    seeds: int = 3
    steps: int = 32_000
    trials: int = 40
    checks: int = 100
    rate: float = 0.3
    states: int = 60
    workers: int | None = None

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        if unknown := sorted(set(self.arms) - set(ARMS)):
            raise BadConfig(f"no arm {', '.join(unknown)}; expected some of {', '.join(ARMS)}")
        if min(self.seeds, self.steps, self.trials, self.checks) < 1 or not self.skills:
            raise BadConfig("seeds, steps, trials, checks and skills: expected at least one of each")
        if not self.arms or self.states < 1:
            raise BadConfig("arms and states: expected at least one of each")
        if not 0 <= self.rate <= 1:
            raise BadConfig(f"rate is {self.rate}; expected a share from 0 to 1, e.g. --rate 0.3")
        if self.workers is not None and self.workers < 0:
            raise BadConfig(f"workers is {self.workers}; expected 0 or more, e.g. --workers 2")

    def check(self) -> None:
        """Raise `BadConfig` or `UnknownSkill` for what can only fail later."""
        game_spec(self.game)
        self._designs()

    def settings(self) -> dict[str, Any]:
        """What tells this study from another."""
        return {
            "study": "judge-errors", "game": self.game, "library": str(self.library),
            "skills": list(self.skills), "arms": list(self.arms), "steps": self.steps,
            "trials": self.trials, "checks": self.checks, "rate": self.rate,
            "states": self.states,
        }  # fmt: skip

    def run(self, folder: Path, tell: Any) -> int:
        """Do what is not done yet; returns how many parts are done."""
        return Ledger(folder, self.settings()).run(self.parts(folder), tell)

    def parts(self, folder: Path) -> Iterator[Part]:
        """All parts; those of the first seed come first, so that a first picture is soon there."""
        designs = self._designs()
        for seed in range(self.seeds):
            for name in self.skills:
                for arm in self.arms:
                    yield f"{name}/{arm}/{seed}", partial(self._part, designs[name], arm, seed, folder)

    def _designs(self) -> dict[str, Skill]:
        """The skills to train, by name. Raises `BadConfig`, `UnknownSkill`."""
        store = SkillLibrary(self.library, self.game)
        return {name: _trainable(store.load(name)) for name in self.skills}

    def _part(self, skill: Skill, arm: str, seed: int, folder: Path) -> dict[str, Any]:
        one = OneSkill(
            skill=skill,
            claim=CLAIMS.get(skill.name, skill.claim or skill.description),
            recipe=self._recipe(skill, arm, seed),
            folder=folder / "trainings" / f"{skill.name}-{arm}-{seed}",
            steps=self.steps,
            trials=self.trials,
            checks=self.checks,
            seed=seed,
            workers=self.workers,
            states=find_states(
                skill, self.library, folder / f"{skill.name}.npz", self.states, self.workers or core_count()
            ),
        )
        return {"skill": skill.name, "arm": arm, "seed": seed, **one.run()}

    def _recipe(self, skill: Skill, arm: str, seed: int) -> JudgeRecipe | None:
        """The judge of an arm; the guards against being fooled are off where errors are made on purpose."""
        if arm == "facts":
            return None
        drawn = child_seed(seed, "judge of the study", skill.name)
        if arm == "judge":
            return JudgeRecipe(source=EMBEDDED, second_share=0.2, seed=drawn)
        truths = {skill.name: dict(skill.effects.obtains)}
        return JudgeRecipe(
            source=BY_FACTS,
            truths=truths,
            seed=drawn,
            false_done=self.rate if arm == "false_done" else 0.0,
            missed=self.rate if arm == "missed" else 0.0,
        )


def _trainable(skill: Skill) -> Skill:
    """The design of a skill as practice trains it. Raises `BadConfig` for one that is not learned."""
    if skill.policy.kind != "learned" or not skill.effects.obtains:
        raise BadConfig(f"{skill.name} cannot be studied; expected a learned skill whose success facts state")
    return skill.model_copy(update={"step_cap": min(skill.step_cap, TRAINING_EPISODE_STEPS)})
