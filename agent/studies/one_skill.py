"""One skill trained with one judge, and tried afterwards: by that judge, and by facts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from agent.judges.attempts import AttemptJudgeFactory
from agent.judges.recipe import JudgeRecipe
from agent.play.kit import Kit
from agent.play.player import Player
from agent.practice.bar import LEAST_LOWER_BOUND
from agent.practice.judged.rates import NO_ERRORS, UNMEASURED, corrected
from agent.studies.states import States
from envs.disk import Written
from envs.facts import EndStatus
from envs.game import Game
from envs.registry import game_spec, make_game
from envs.rollout.episode import Starts
from envs.rollout.looking import Audit, JudgedRule, Look
from envs.seeding import child_seed, evaluation_seed
from envs.wrapped_game import WrappedGame
from planners.graph.graph import SkillGraph
from planners.plan import Execution
from skills.files import write_atomically
from skills.interval import wilson
from skills.network import NumpyNetwork
from skills.skill import Skill, reached
from skills.training.config import PPOConfig
from skills.training.spec import TrainProgress, TrainSpec

ATTEMPTS_FILE = "attempts.jsonl"
"""In a training's folder: the attempts that its judge counted, as seeds and actions, and what facts say."""


@dataclass(frozen=True, slots=True)
class Played:
    """An execution that was played.

    Attributes:
        execution: how it went.
        seed: of its episode.
        actions: taken in it.
    """

    execution: Execution
    seed: int
    actions: tuple[int, ...]

    @property
    def success(self) -> bool | None:
        """What its judge says; None for unclear."""
        return self.execution.verdict.success


class _Noted(WrappedGame):
    """Notes the actions of the episode."""

    def __init__(self, game: Game) -> None:
        super().__init__(game)
        self.actions: tuple[int, ...] = ()

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names."""
        super().reset(seed, max_steps)
        self.actions = ()

    def step(self, action: int) -> EndStatus:
        """Take one action."""
        self.actions += (action,)
        return super().step(action)


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
        self._keep_attempts(tried)
        clear = [played for played in tried if played.success is not None]
        done = [played for played in clear if played.success]
        errors = UNMEASURED if self.recipe is not None and self.recipe.source != "facts" else NO_ERRORS
        low = corrected(len(done), len(clear), errors).low if clear else 0.0
        return {
            "judged_done": len(done),
            "judged": len(clear),
            "unclear": len(tried) - len(clear),
            "judged_truly_done": sum(map(self._true, done)),
            "judged_missed": sum(self._true(played) for played in clear if not played.success),
            "lower_bound": round(low, 4),
            "admitted": low >= LEAST_LOWER_BOUND,
        }

    def _keep_attempts(self, tried: Sequence[Played]) -> None:
        """Write down what is judged after training on a judge, so that a judge can be measured on policy.

        Only attempts that begin with their episodes can be played again from seeds and actions alone.
        """
        if self.states.held_out:
            return
        records = [
            {
                "seed": played.seed, "actions": list(played.actions), "start": 0, "claim": self.claim,
                "success": self._true(played),
            }
            for played in tried
            if played.actions
        ]  # fmt: skip
        lines = "".join(f"{json.dumps(record)}\n" for record in records)
        write_atomically(self.folder / ATTEMPTS_FILE, lines.encode(), Written.OUTPUT)

    def _checked(self, network: NumpyNetwork) -> dict[str, Any]:
        """What facts count, in other episodes."""
        tried = list(self._played(network, self.checks, judged=False))
        done = sum(played.success is True for played in tried)
        clear = sum(played.success is not None for played in tried)
        steps = sum(played.execution.env_steps for played in tried)
        return {
            "done": done,
            "tried": clear,
            "ci95": wilson(done, clear).rounded(4),
            "mean_steps": round(steps / max(1, len(tried)), 1),
        }

    def _true(self, played: Played) -> bool:
        kinds, execution = game_spec(self.skill.game).fact_kinds, played.execution
        return reached(self.skill.effects.obtains, kinds, execution.before, execution.after)

    def _played(self, network: NumpyNetwork, n: int, *, judged: bool) -> Iterator[Played]:
        """Executions from the beginnings of episodes that no training has seen."""
        kit = self._kit(network, judged=judged)
        game = _Noted(make_game(self.skill.game))
        try:
            with Player(kit, 0, learn=False) as player:
                for index in range(n):
                    seed = evaluation_seed(child_seed(self.seed, "judged" if judged else "checked"), index)
                    self._begin(game, seed, index)
                    player.reseed(seed)
                    yield Played(player.attempt(game, self.skill.name, guarded=False), seed, game.actions)
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
