"""Ways of training, compared: one network per skill or one for all, alone or together inside an episode."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from agent.config import MOST, MOST_OF_ANYTHING, AskingConfig
from agent.design.effects import add_claim
from agent.design.joint_designs import JointDesigns, design_all
from agent.errors import BadConfig
from agent.llm.open_model import ModelOptions, model_settings, open_model
from agent.play.jobs import Job, JobPool, in_order
from agent.play.kit import Kit
from agent.practice.start_states import StartStates
from agent.practice.training import TRAINING_EPISODE_STEPS
from agent.practice.trials import TrialOutcome, draw_states
from envs import disk
from envs.disk import Written
from envs.errors import did_you_mean
from envs.game import GameSpec
from envs.registry import game_spec
from envs.rollout.episode import Start, Starts
from envs.seeding import child_seed, training_seed
from envs.text import counted
from planners.graph.graph import SkillGraph
from skills.code.functions import InitiationFunction
from skills.code.sandbox import Sandbox
from skills.interval import wilson
from skills.network import NumpyNetwork
from skills.skill import Skill, reached
from skills.start_bank import StartBank
from skills.training.config import PPOConfig
from skills.training.joint.spec import JointSpec, Networks
from skills.training.spec import TrainProgress

ROLLOUT_STEPS = 1024
"""Environment steps between two updates, approximately; as in practice."""
BANK_STATES = 300
"""States kept per skill that had just succeeded."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareConfig(AskingConfig):
    """A comparison; how the model is asked is among its settings, see `agent.config.AskingConfig`.

    Attributes:
        game: registry name.
        skills: what is trained and tried; learned skills that the model proposes.
        folder: where everything is kept; an interrupted comparison is resumed from there.
        budget_steps: environment steps of each way of training, all skills together.
        scout_steps: environment steps of the training whose successes give the states to start from.
        episodes: executions of each skill that each way is judged by.
        episode_steps: length of training episodes in which skills follow one another.
        seed: of everything.
        workers: processes; 0 trains in this one.
        llm: see `agent.llm.open_model`.
        across_switches: add a way: one network, together, and value bootstrapping over switches of skills.
    """

    game: str
    skills: tuple[str, ...]
    folder: Path
    budget_steps: int = 280_000
    scout_steps: int = 120_000
    episodes: int = 60
    episode_steps: int = 1_000
    seed: int = 0
    workers: int = 2
    llm: str = "recorded"
    across_switches: bool = False

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        AskingConfig.__post_init__(self)
        for name in ("budget_steps", "scout_steps", "episodes", "episode_steps"):
            self._require(name, 1, MOST.get(name, MOST_OF_ANYTHING))
        self._require("workers", 0, MOST["workers"])
        self._require("seed", 0, MOST_OF_ANYTHING)
        if len(self.skills) < 2 or len(set(self.skills)) != len(self.skills):
            raise BadConfig(f"skills are {', '.join(self.skills) or 'none'}; expected two or more, each once")
        self._require("budget_steps", ROLLOUT_STEPS * len(self.skills), why="an update for every skill")
        self._require("scout_steps", self.n_games * self.episode_steps, why="an episode in every game")

    @property
    def n_games(self) -> int:
        """Games stepped side by side: as many of each skill, and 16 or a few more in all."""
        return len(self.skills) * math.ceil(16 / len(self.skills))

    def _require(self, name: str, least: int, most: int = MOST_OF_ANYTHING, why: str = "") -> None:
        """Raise `BadConfig` unless the value lies within bounds; the option is named as it is typed."""
        value, option = getattr(self, name), "--" + name.replace("_", "-")
        if not least <= value <= most:
            bound = f"at least {least:,}" if value < least else f"at most {most:,}"
            raise BadConfig(f"{option} is {value}; expected {bound}{why and f', which is {why}'}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """How one way of training did.

    Attributes:
        name: the way, in words.
        steps: environment steps it took.
        seconds: wall time of its training.
        skill_steps: of those steps, how many were taken in each skill.
        successes: executions of each skill that succeeded, of `CompareReport.episodes` clear ones at most.
        attempts: clear executions of each skill.
    """

    name: str
    steps: int
    seconds: float
    skill_steps: Mapping[str, int]
    successes: Mapping[str, int]
    attempts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareReport:
    """The results; see `CompareConfig` and `ArmResult`.

    Attributes:
        config: the settings.
        starts: skill -> states for training, held-out states.
        arms: the ways of training.
    """

    config: CompareConfig
    starts: Mapping[str, tuple[int, int]]
    arms: tuple[ArmResult, ...]

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        config = self.config
        return {
            "game": config.game,
            "seed": config.seed,
            "budget_steps": config.budget_steps,
            "scout_steps": config.scout_steps,
            "episodes": config.episodes,
            "episode_steps": config.episode_steps,
            "starts": {name: {"train": n, "trial": m} for name, (n, m) in self.starts.items()},
            "arms": [_arm_record(arm) for arm in self.arms],
        }


def _arm_record(arm: ArmResult) -> dict[str, Any]:
    def rate(successes: int, attempts: int) -> dict[str, Any]:
        share = round(successes / attempts, 4) if attempts else None
        return {"mean": share, "ci95": wilson(successes, attempts).rounded(4), "n": attempts}

    return {
        "name": arm.name,
        "steps": arm.steps,
        "seconds": round(arm.seconds, 1),
        "skill_steps": dict(arm.skill_steps),
        "skills": {name: rate(arm.successes[name], arm.attempts[name]) for name in arm.successes},
        "all": rate(sum(arm.successes.values()), sum(arm.attempts.values())),
    }


@dataclass(frozen=True, slots=True)
class _Trained:
    """The result of one way of training, before its trials."""

    networks: Mapping[str, Path]
    steps: int
    seconds: float
    skill_steps: Mapping[str, int]


def compare(config: CompareConfig, tell: Tell = lambda text: None) -> CompareReport:
    """Train in every way for equally many steps, and try every skill in the same held-out states.

    Raises:
        BadConfig: a skill that is not proposed, is not learned, or has no usable design or no states.
        LLMError, SkillError, GameError: from asking, training and playing.
    """
    spec = game_spec(config.game)
    disk.make_folder(config.folder, Written.TRAINING)
    with (
        open_model(config.llm, config.game, ModelOptions(settings=model_settings(config))) as model,
        Sandbox() as sandbox,
    ):
        everything = design_all(model, spec, sandbox, config.seed)
        comparison = _Comparison(config, spec, everything, tell)
        states = comparison.scout(sandbox)
    arms = []
    for name, train in comparison.ways(states).items():
        tell(f"training: {name}")
        arms.append((name, train()))
    with_pool = JobPool(config.workers)
    try:
        results = tuple(comparison.judge(with_pool, name, trained, states) for name, trained in arms)
    finally:
        with_pool.close()
    counts = {name: (len(ground.train), len(ground.held_out)) for name, ground in states.items()}
    return CompareReport(config=config, starts=counts, arms=results)


class _Comparison:
    def __init__(self, config: CompareConfig, spec: GameSpec, asked: JointDesigns, tell: Tell) -> None:
        self._config, self._spec, self._asked, self._tell = config, spec, asked, tell
        by_name = {skill.name: skill for skill in asked.designs}
        for name in config.skills:
            if name not in by_name:
                reason = asked.failed.get(name, f"no such skill{did_you_mean(name, by_name)}")
                raise BadConfig(f"{name!r} cannot be trained: {reason}")
        self._skills = tuple(by_name[name] for name in config.skills)
        self._short = tuple(
            skill.model_copy(update={"step_cap": min(skill.step_cap, TRAINING_EPISODE_STEPS)})
            for skill in self._skills
        )

    def _ppo(self) -> PPOConfig:
        n_games = self._config.n_games
        horizon = 4 * max(1, round(ROLLOUT_STEPS / n_games / 4))
        batch = max(2, n_games * horizon // 4)
        return PPOConfig(
            workers=self._config.workers,
            n_games=n_games,
            horizon=horizon,
            batch_size=batch,
            fresh_reuse=1,  # episodes are long here, and states to try skills in should be of many worlds
        )

    def _joint(self, folder: str, networks: Networks, budget: int, **rest: Any) -> JointSpec:
        given: dict[str, Any] = {
            "choose": self._asked.policy.source,
            "known": self._asked.policy.skills,
            "episode_steps": self._config.episode_steps,
            "seed": child_seed(self._config.seed, "compare"),
            **rest,
        }
        return JointSpec(
            game=self._config.game,
            skills=self._short,
            networks=networks,
            work_dir=self._config.folder / folder,
            budget_steps=budget,
            config=self._ppo(),
            **given,
        )

    def _watch(self, what: str) -> Callable[[TrainProgress], None]:
        shown = 0

        def show(progress: TrainProgress) -> None:
            nonlocal shown
            if progress.steps - shown >= 20_000 or progress.steps >= progress.budget_steps:
                shown = progress.steps
                rates = ", ".join(f"{s.name} {s.success_rate:.2f} ({s.steps:,})" for s in progress.skills)
                done = f"{counted(progress.steps, 'step')} at {progress.steps_per_second:,.0f}/s"
                self._tell(f"{what}: {done}; {rates}")

        return show

    def scout(self, sandbox: Sandbox) -> dict[str, StartStates]:
        """States to start from: those in which a network of its own, trained together, had succeeded."""
        from skills.training.joint.train import train_joint

        path = self._config.folder / "scout" / "bank.npz"
        names = [fact.name for fact in self._spec.facts]
        bank = StartBank(names, capacity=BANK_STATES, seed=self._config.seed)
        if path.is_file():
            bank = StartBank.load(path)
        else:
            show = self._watch("scout")

            def keep(progress: TrainProgress) -> None:
                show(progress)
                for state in progress.final_states:
                    bank.add(state.start, state.facts, self._skills[state.skill].name)

            spec = self._joint(
                "scout",
                "shared",
                self._config.scout_steps,
                keep_final_states=8,
                seed=child_seed(self._config.seed, "scout"),
                checkpoint_every=self._config.scout_steps,  # its states are kept at the end, or not at all
            )
            train_joint(spec, on_progress=keep)
        states = {skill.name: self._start_states(skill, bank, sandbox) for skill in self._skills}
        for name, found in states.items():
            self._tell(
                f"{name}: {counted(len(found.train), 'state')} to train from, {len(found.held_out)} held out"
            )
            if not found.train or not found.held_out:
                disk.remove_folder(path.parent, Written.TRAINING)  # a longer search begins anew
                raise BadConfig(
                    f"no state was found to practise {name!r} from, or none to try it in, within "
                    f"{counted(self._config.scout_steps, 'step')}; search longer: --scout-steps "
                    f"{2 * self._config.scout_steps}"
                )
        if not path.is_file():
            bank.save(path)
        return states

    def _start_states(self, skill: Skill, bank: StartBank, sandbox: Sandbox) -> StartStates:
        names = [fact.name for fact in self._spec.facts]
        initiation = InitiationFunction(sandbox, skill.option.initiation, names)
        fitting = []
        for start, row in bank.states(skill.effects.needs):
            facts = dict(zip(names, row.tolist(), strict=True))
            done = reached(skill.effects.obtains, self._spec.fact_kinds, facts, facts)
            if not done and initiation.batch(row[None])[0]:
                fitting.append(start)
        return StartStates.split(fitting)

    def ways(self, states: Mapping[str, StartStates]) -> dict[str, Callable[[], _Trained]]:
        """The ways of training, by name."""
        budget = self._config.budget_steps
        own = {name: Starts(saved=found.train) for name, found in states.items()}
        joint, alone = self._joint, {"choose": "", "known": (), "own_starts": own}
        ways: dict[str, Callable[[], _Trained]] = {
            "untrained": lambda: self._train(joint("untrained", "per_skill", 0)),
            "one network per skill, alone": lambda: self._train_alone(own),
            "one network for all, alone": lambda: self._train(
                joint("conditioned-alone", "shared", budget, **alone)
            ),
            "one network per skill, together": lambda: self._train(
                joint("separate-together", "per_skill", budget)
            ),
            "one network for all, together": lambda: self._train(
                joint("conditioned-together", "shared", budget)
            ),
        }
        if self._config.across_switches:
            ways["one network for all, together, values across switches"] = lambda: self._train(
                joint("conditioned-across", "shared", budget, across_switches=True)
            )
        return ways

    def _train(self, spec: JointSpec) -> _Trained:
        from skills.training.joint.train import train_joint

        result = train_joint(spec, on_progress=self._watch(spec.work_dir.name))
        steps = {skill.name: skill.steps for skill in result.skills}
        return _Trained(result.weights, result.steps, result.seconds, steps)

    def _train_alone(self, own: Mapping[str, Starts]) -> _Trained:
        """Train one skill after the other, as practice does."""
        from skills.training.train import train_skill

        networks, steps, seconds = {}, {}, 0.0
        share = self._config.budget_steps // len(self._short)
        for skill in self._short:
            together = self._joint("separate-alone", "per_skill", share, own_starts=own)
            spec = replace(
                together.alone(skill),
                work_dir=together.work_dir / skill.name,
                target_success=2.0,
                seed=child_seed(self._config.seed, "compare", skill.name),
            )
            result = train_skill(spec, on_progress=self._watch(f"{skill.name} alone"))
            networks[skill.name], steps[skill.name] = result.weights[skill.name], result.steps
            seconds += result.seconds
        return _Trained(networks, sum(steps.values()), seconds, steps)

    def judge(
        self, pool: JobPool, name: str, trained: _Trained, states: Mapping[str, StartStates]
    ) -> ArmResult:
        """Try every skill in held-out states, the same for every way of training."""
        kit = self._kit(trained.networks)
        successes, attempts = {}, {}
        for skill in self._skills:
            jobs = self._jobs(skill.name, states[skill.name].held_out)
            outcome = TrialOutcome.of(in_order(jobs, pool.run(kit, jobs)))
            successes[skill.name], attempts[skill.name] = outcome.successes, outcome.attempts
            self._tell(f"{name}: {skill.name} {outcome.successes} of {outcome.attempts}")
        return ArmResult(
            name=name,
            steps=trained.steps,
            seconds=trained.seconds,
            skill_steps=trained.skill_steps,
            successes=successes,
            attempts=attempts,
        )

    def _kit(self, networks: Mapping[str, Path]) -> Kit:
        spec = self._spec
        graph = SkillGraph(spec.name, spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
        for claim in self._asked.claims:
            add_claim(graph, claim)
        return Kit(
            game=spec.name,
            skills={skill.name: skill for skill in self._skills},
            networks={name: NumpyNetwork.load(path) for name, path in networks.items()},
            graph=graph.to_json(),
        )

    def _jobs(self, skill: str, starts: Sequence[Start]) -> list[Job]:
        rng = np.random.default_rng(child_seed(self._config.seed, "trials", skill))
        order = draw_states(rng, len(starts), self._config.episodes)
        return [
            Job(
                seed=training_seed(self._config.seed, "compare", skill, number),
                start=starts[place],
                skill=skill,
                guarded=False,
            )
            for number, place in enumerate(order)
        ]
