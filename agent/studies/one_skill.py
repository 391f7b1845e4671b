"""One skill trained with one judge, and tried afterwards: by that judge, and by facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from agent.judges.attempts import AttemptJudgeFactory
from agent.judges.recipe import JudgeRecipe
from agent.play.kit import Kit
from agent.play.player import Player
from agent.practice.admission import LEAST_LOWER_BOUND
from agent.practice.judged_rates import NO_ERRORS, UNMEASURED, corrected
from agent.studies.states import States
from envs.game import Game
from envs.registry import game_spec, make_game
from envs.rollout.episode import Starts
from envs.rollout.looking import Audit, JudgedRule, Look
from envs.seeding import child_seed, evaluation_seed
from planners.graph.graph import SkillGraph
from planners.plan import Execution
from skills.interval import wilson
from skills.network import NumpyNetwork
from skills.skill import Skill, reached
from skills.training.config import PPOConfig
from skills.training.spec import TrainProgress, TrainSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSkill:
    """What is trained and tried.

    Attributes:
        skill: the skill, designed.
        claim: its success in words.
        recipe: how its judge is made; None for facts.
        folder: of the training.
        steps: game steps of training.
        trials: executions that the judge counts afterwards.
        checks: executions that facts count.
        audits: share of the verdicts of "done" in training that are checked with facts.
        seed: of the training.
        workers: threads or processes that step games; None for all cores.
        states: to train in and to be tried in; the beginnings of games where there are none.
    """

    skill: Skill
    claim: str
    recipe: JudgeRecipe | None
    folder: Path
    steps: int
    trials: int = 40
    checks: int = 100
    audits: float = 0.05
    seed: int = 0
    workers: int | None = None
    states: States = field(default_factory=States)

    def run(self) -> dict[str, Any]:
        """Train, try, and return the figures."""
        from skills.training.train import train_skill

        audits: list[Audit] = []

        def note(progress: TrainProgress) -> None:
            audits.extend(progress.audits)

        result = train_skill(self._spec(), on_progress=note)
        network = NumpyNetwork.load(result.weights[self.skill.name])
        checked = [audit for audit in audits if audit.truth is not None]
        return {
            "steps": result.steps,
            "seconds": round(result.seconds, 1),
            "training_success": round(result.success_rate, 4),
            "audited": len(checked),
            "false_in_training": sum(not audit.truth for audit in checked),
            "contested": sum(audit.look is Look.CONTESTED for audit in audits),
            **self._judged(network),
            **self._checked(network),
        }

    def _spec(self) -> TrainSpec:
        game = game_spec(self.skill.game)
        return TrainSpec(
            game=game.name,
            skill=self.skill,
            starts=Starts(saved=self.states.train),
            work_dir=self.folder,
            budget_steps=self.steps,
            target_success=2.0,  # every training gets all of its steps
            seed=child_seed(self.seed, "study", self.skill.name),
            judged=self._rule(),
            config=replace(PPOConfig.for_game(game), workers=self.workers),
        )

    def _rule(self) -> JudgedRule | None:
        if self.recipe is None:
            return None
        spec, skill = game_spec(self.skill.game), self.skill
        factory = AttemptJudgeFactory(
            open_judge=partial(self.recipe.make, spec), game=spec.name, skill=skill.name, claim=self.claim,
            description=skill.description, truth=dict(skill.effects.obtains), audit_share=self.audits,
            seed=self.seed,
        )  # fmt: skip
        return JudgedRule(open=factory, identity=repr([self.claim, self.recipe, self.audits]))

    def _judged(self, network: NumpyNetwork) -> dict[str, Any]:
        """What the judge counts in a trial, how much of it is true, and whether it would be admitted."""
        tried = list(self._played(network, self.trials, judged=True))
        clear = [execution for execution in tried if execution.verdict.success is not None]
        done = [execution for execution in clear if execution.verdict.success]
        errors = UNMEASURED if self.recipe is not None and self.recipe.source != "facts" else NO_ERRORS
        low = corrected(len(done), len(clear), errors).low if clear else 0.0
        return {
            "judged_done": len(done),
            "judged": len(clear),
            "unclear": len(tried) - len(clear),
            "judged_truly_done": sum(self._true(execution) for execution in done),
            "judged_missed": sum(self._true(e) for e in clear if not e.verdict.success),
            "lower_bound": round(low, 4),
            "admitted": low >= LEAST_LOWER_BOUND,
        }

    def _checked(self, network: NumpyNetwork) -> dict[str, Any]:
        """What facts count, in other episodes."""
        tried = list(self._played(network, self.checks, judged=False))
        done = sum(execution.verdict.success is True for execution in tried)
        clear = sum(execution.verdict.success is not None for execution in tried)
        steps = sum(execution.env_steps for execution in tried)
        return {
            "done": done,
            "tried": clear,
            "ci95": wilson(done, clear).rounded(4),
            "mean_steps": round(steps / max(1, len(tried)), 1),
        }

    def _true(self, execution: Execution) -> bool:
        kinds = game_spec(self.skill.game).fact_kinds
        return reached(self.skill.effects.obtains, kinds, execution.before, execution.after)

    def _played(self, network: NumpyNetwork, n: int, *, judged: bool) -> Iterator[Execution]:
        """Executions from the beginnings of episodes that no training has seen."""
        kit = self._kit(network, judged=judged)
        game = make_game(self.skill.game)
        try:
            with Player(kit, 0, learn=False) as player:
                for index in range(n):
                    seed = evaluation_seed(child_seed(self.seed, "judged" if judged else "checked"), index)
                    self._begin(game, seed, index)
                    player.reseed(seed)
                    yield player.attempt(game, self.skill.name, guarded=False)
        finally:
            game.close()

    def _begin(self, game: Game, seed: int, index: int) -> None:
        """Begin an episode that no training has seen."""
        if states := self.states.held_out:
            game.restore(states[index % len(states)].snapshot)
        else:
            game.reset(seed)

    def _kit(self, network: NumpyNetwork, *, judged: bool) -> Kit:
        spec, name = game_spec(self.skill.game), self.skill.name
        graph = SkillGraph(spec.name, spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
        by_judge: Mapping[str, Any] = {}
        if judged and self.recipe is not None:
            by_judge = {"judged": {name: self.claim}, "judge": self.recipe}
        return Kit(
            game=spec.name, skills={name: self.skill}, networks={name: network}, graph=graph.to_json(),
            **by_judge,
        )  # fmt: skip
