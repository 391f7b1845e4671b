"""Ways of training, compared: one network per skill or one for all, alone or together inside an episode."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from agent.design.effects import add_claim
from agent.design.joint_designs import JointDesigns, design_all
from agent.errors import BadConfig
from agent.llm.open_model import ModelOptions, model_settings, open_model
from agent.play.job_pool import JobPool, in_order
from agent.play.jobs import Job
from agent.play.kit import Kit
from agent.practice.comparison import ROLLOUT_STEPS, ArmResult, CompareConfig, CompareReport
from agent.practice.first_skills import first_skills
from agent.practice.slots import Here, Slot, open_slots
from agent.practice.start_states import StartStates
from agent.practice.training import TRAINING_EPISODE_STEPS
from agent.practice.trials import TrialOutcome, draw_states
from envs import disk
from envs.disk import Written
from envs.errors import NoSkillStarts, did_you_mean
from envs.game import GameSpec
from envs.registry import game_spec
from envs.rollout.episode import Start, Starts
from envs.seeding import child_seed, training_seed
from envs.text import counted, listed
from envs.workers.cluster.address import require_ray
from planners.graph.graph import SkillGraph
from skills.code.functions import InitiationFunction
from skills.code.sandbox import Sandbox
from skills.network import NumpyNetwork
from skills.skill import Skill, reached
from skills.start_bank import StartBank
from skills.training.config import PPOConfig
from skills.training.joint.spec import JointSpec, Networks
from skills.training.spec import TrainProgress

BANK_STATES = 300
"""States kept per skill that had just succeeded."""

Tell = Callable[[str], None]


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
        BadConfig: a skill that is not proposed, is not learned, or has no usable design or no states; or none
            that can start where an episode begins.
        MissingDependency, NoCluster: the cluster cannot be used.
        LLMError, SkillError, GameError: from asking, training and playing.
    """
    require_ray(config.cluster)
    spec = game_spec(config.game)
    disk.make_folder(config.folder, Written.TRAINING)
    with ExitStack() as stack:
        slot, jobs = _open_slot(config, stack)
        with (
            open_model(config.llm, config.game, ModelOptions(settings=model_settings(config))) as model,
            Sandbox() as sandbox,
        ):
            everything = design_all(model, spec, sandbox, config.seed)
            comparison = _Comparison(config, spec, everything, slot, tell)
            try:
                states = comparison.scout(sandbox)
            except NoSkillStarts as error:
                raise comparison.nothing_starts(sandbox) from error
        arms = []
        for name, train in comparison.ways(states).items():
            tell(f"training: {name}")
            arms.append((name, train()))
        results = tuple(comparison.judge(jobs, name, trained, states) for name, trained in arms)
    counts = {name: (len(ground.train), len(ground.held_out)) for name, ground in states.items()}
    return CompareReport(config=config, starts=counts, arms=results)


def _open_slot(config: CompareConfig, stack: ExitStack) -> tuple[Slot, JobPool]:
    """Where is trained, and what plays: this process and a pool, or a slot of the cluster.

    Raises:
        NoCluster: it cannot be used, or has no room.
    """
    if not config.cluster:
        jobs = JobPool(config.workers)
        stack.callback(jobs.close)
        return Here(), jobs
    (slot,), baton = open_slots(1, max(1, config.workers), config.cluster)
    stack.callback(slot.end)
    baton.take()
    return slot, slot.jobs


class _Comparison:
    def __init__(
        self, config: CompareConfig, spec: GameSpec, asked: JointDesigns, slot: Slot, tell: Tell
    ) -> None:
        self._config, self._spec, self._asked, self._slot, self._tell = config, spec, asked, slot, tell
        by_name = {skill.name: skill for skill in asked.designs}
        for name in config.skills:
            if name not in by_name:
                reason = asked.failed.get(
                    name, f"no learned skill has that name{did_you_mean(name, by_name)}"
                )
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
            self._slot.train(spec, on_progress=keep)
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

    def nothing_starts(self, sandbox: Sandbox) -> BadConfig:
        """What is said where none of the skills can start at the beginning of episodes."""
        config = self._config
        able = first_skills(self._spec, self._asked.designs, sandbox, config.seed)
        more = f"; name one more that always can: {listed(able)}" if able else ""
        return BadConfig(f"none of {listed(config.skills)} could start where episodes began{more}")

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
        result = self._slot.train(spec, on_progress=self._watch(spec.work_dir.name))
        steps = {skill.name: skill.steps for skill in result.skills}
        return _Trained(result.weights, result.steps, result.seconds, steps)

    def _train_alone(self, own: Mapping[str, Starts]) -> _Trained:
        """Train one skill after the other, as practice does."""
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
            result = self._slot.train(spec, on_progress=self._watch(f"{skill.name} alone"))
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
