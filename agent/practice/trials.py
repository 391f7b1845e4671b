"""Trials: getting to states to practise a skill from, and trying it on ground it never trained on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.play.jobs import Job, JobPool, JobResult, in_order, request_label
from agent.play.kit import Kit
from agent.practice.arenas import ArenaGround
from envs.game import GameSpec
from envs.rollout.episode import Start
from envs.seeding import child_seed, training_seed
from planners.errors import PlanningError
from planners.graph.graph import SkillGraph
from planners.plan import Execution, Goal
from planners.search.search import cheapest
from skills.code.functions import InitiationFunction, RewardFunction
from skills.code.sandbox import Sandbox
from skills.skill import Skill, SkillStats, is_gain
from skills.start_bank import StartBank
from skills.training.config import PPOConfig

FRESH = "fresh"
"""Label of states at the very beginning of an episode."""
HELD_OUT_EVERY = 3
"""Every third episode's states are kept for trials and never trained on."""


def held_out(origin: int) -> bool:
    """Whether states of this episode are for trials."""
    return child_seed(origin, "held out") % HELD_OUT_EVERY == 0


@dataclass(frozen=True, slots=True)
class StartStates:
    """States to practise a skill from.

    Attributes:
        train: for training. trial: for trials, of other episodes.
        fresh: whether it can be practised from the beginning of a new game as well.
    """

    train: tuple[Start, ...]
    trial: tuple[Start, ...]
    fresh: bool = False

    def __bool__(self) -> bool:
        return bool(self.trial)


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """How a skill did.

    Attributes:
        results: clear and unclear executions. steps: environment steps of the successful ones.
        aborted: pieces of play that broke down. fault: why the last of them did.
    """

    results: tuple[Execution, ...]
    aborted: int
    fault: str = ""

    def __add__(self, more: TrialOutcome) -> TrialOutcome:
        """Both taken together."""
        return TrialOutcome(
            self.results + more.results, self.aborted + more.aborted, more.fault or self.fault
        )

    @property
    def successes(self) -> int:
        """Executions that succeeded."""
        return sum(result.verdict.success is True for result in self.results)

    @property
    def attempts(self) -> int:
        """Executions with a clear outcome."""
        return sum(result.verdict.success is not None for result in self.results)

    @property
    def stats(self) -> SkillStats:
        """The executions as a skill's statistics."""
        stats = SkillStats()
        for result in self.results:
            stats = stats.record(result.verdict.success, result.env_steps)
        return stats

    @property
    def rate(self) -> float:
        """Share of clear executions that succeeded; 0 without any."""
        return self.successes / self.attempts if self.attempts else 0.0

    def mean_return(self, reward: RewardFunction, spec: GameSpec) -> float:
        """Mean return of clear executions as in training, each taken as one transition; -inf for none."""
        clear = [result for result in self.results if result.verdict.success is not None]
        if not clear:
            return -math.inf
        before = np.array([[r.before.get(fact.name, 0) for fact in spec.facts] for r in clear], np.int32)
        after = np.array([[r.after.get(fact.name, 0) for fact in spec.facts] for r in clear], np.int32)
        steps = np.array([result.env_steps for result in clear])
        done = np.array([result.verdict.success for result in clear])
        config = PPOConfig()
        ends = np.where(done, config.success_bonus, -config.failure_penalty)
        designed = config.shaping_weight * reward.batch(before, after)
        return float((ends + designed - config.step_penalty * steps).mean())

    @property
    def mean_steps(self) -> float:
        """Environment steps per clear execution."""
        clear = [result.env_steps for result in self.results if result.verdict.success is not None]
        return float(np.mean(clear)) if clear else 0.0


JOBS_PER_BATCH = 16
"""Pieces of play handed out between two looks at the budget, when states are searched for."""
ENOUGH_REQUESTED_STATES = 60
"""Saved states in which the guard asked for a skill, from which on they are half of what it practises in."""


class Trials:
    """Fills the bank of starts and tries skills, in worker processes.

    Args:
        pool: the workers.
        bank: states reached so far.
        spec: the game.
        sandbox: for initiation functions.
        seed: of the session.
        next_job: gives a number never given before, also over resumed runs.
        on_play: called with every piece of play: its steps, and every execution in it.
        urgent: whether something else than the skill would have to come first; such states are no starts.
        spent: whether the budget is used up; no more states are looked for then.

    Attributes:
        arenas: where which skill is practised; everywhere in the game itself until it is set.
        first: facts at the beginning of a game, int32[facts]; None until it is known.
    """

    def __init__(
        self,
        pool: JobPool,
        bank: StartBank,
        spec: GameSpec,
        sandbox: Sandbox,
        seed: int,
        next_job: Callable[[], int],
        on_play: Callable[[int, Sequence[Execution]], None],
        urgent: Callable[[Mapping[str, int]], bool],
        spent: Callable[[], bool] = lambda: False,
    ) -> None:
        self.arenas = ArenaGround(spec, {}, seed)
        self.first: NDArray[np.int32] | None = None
        self._pool = pool
        self._bank = bank
        self._spec = spec
        self._sandbox = sandbox
        self._seed = seed
        self._next_job = next_job
        self._on_play = on_play
        self._urgent = urgent
        self._spent = spent
        self._names = [fact.name for fact in spec.facts]
        self._rng = np.random.default_rng(child_seed(seed, "trials"))

    def _job_seed(self, side: bool | None = None) -> int:
        """A seed never used before; `side`: whether its episode is to be held out."""
        while True:
            seed = training_seed(self._seed, "job", self._next_job())
            if side is None or held_out(seed) == side:
                return seed

    def _play(self, kit: Kit, jobs: Sequence[Job], trying: str = "") -> list[JobResult]:
        """Play jobs; executions of the skill being tried are left for the caller to enter as evidence."""
        outcomes = []
        for outcome in in_order(jobs, self._pool.run(kit, jobs)):
            others = [result for result in outcome.results if result is not outcome.attempt]
            self._on_play(outcome.steps, [result for result in others if result.skill != trying])
            for state in outcome.states:
                label = FRESH if not outcome.job.reach and state.label == "reach" else state.label
                facts = np.array([state.facts[name] for name in self._names], np.int32)
                self._bank.add(state.start, facts, label)
            outcomes.append(outcome)
        return outcomes

    def find(self, graph: SkillGraph, kit: Kit, skill: Skill, n_train: int, n_trial: int) -> StartStates:
        """States from which `skill` can be practised; plays to reach more when there are too few.

        Args:
            graph: beliefs about what the skill needs.
            kit: what can be executed on the way.
            skill: the skill.
            n_train: states wanted for training.
            n_trial: states wanted for trials.
        """
        needs = graph.belief(skill.name).needs
        initiation = InitiationFunction(self._sandbox, skill.option.initiation, self._names)
        for attempt in range(5):
            ground = self._eligible(kit, skill, needs, initiation)
            short_train, short_trial = n_train - len(ground.train), n_trial - len(ground.trial)
            if max(short_train, short_trial) <= 0:
                break
            if attempt > 1 and 3 * len(ground.train) >= n_train and 3 * len(ground.trial) >= n_trial:
                break
            for short, side in ((short_train, False), (short_trial, True)):
                if short > 0:
                    jobs = self._jobs_towards(graph, kit, skill, needs, min(max(short, 12), 60), side)
                    self._search(kit, jobs)
        return self._eligible(kit, skill, needs, initiation)

    def _eligible(
        self, kit: Kit, skill: Skill, needs: Mapping[str, int], initiation: InitiationFunction
    ) -> StartStates:
        levels = {f: n for f, n in skill.effects.obtains.items() if not is_gain(self._spec.fact_kinds[f])}
        guarded = skill.name in kit.guard.ranking
        open_ended = len(levels) < len(skill.effects.obtains)
        label = request_label(skill.name)
        needed = guarded and self._bank.labels.get(label, 0) >= ENOUGH_REQUESTED_STATES
        asked: list[Start] = []
        others: list[Start] = []
        for start, facts, why in self._bank.labelled(needs):
            reached = levels and all(facts[self._spec.fact_index[f]] >= n for f, n in levels.items())
            if reached and not open_ended:
                continue
            if not self.arenas.fits(skill.name, start.origin):
                continue
            if not initiation.batch(facts[None])[0]:
                continue
            if not guarded and self._urgent(dict(zip(self._names, facts.tolist(), strict=True))):
                continue
            (asked if why == label else others).append(start)
        if needed and len(others) > len(asked):
            kept = self._rng.choice(len(others), len(asked), replace=False)
            others = [others[i] for i in sorted(kept.tolist())]
        both = asked + others
        fresh = (
            self.first is not None
            and not (needs or guarded)
            and self.arenas.in_game(skill.name)
            and bool(initiation.batch(self.first[None])[0])
        )
        return StartStates(
            train=tuple(start for start in both if not held_out(start.origin)),
            trial=tuple(start for start in both if held_out(start.origin)),
            fresh=fresh,
        )

    def _search(self, kit: Kit, jobs: Sequence[Job]) -> None:
        """Play jobs for the states that they lead to, for as long as there is budget."""
        for first in range(0, len(jobs), JOBS_PER_BATCH):
            if self._spent():
                return
            self._play(kit, jobs[first : first + JOBS_PER_BATCH])

    def _jobs_towards(
        self,
        graph: SkillGraph,
        kit: Kit,
        skill: Skill,
        needs: Mapping[str, int],
        count: int,
        side: bool,
    ) -> list[Job]:
        """Pieces of play towards states that meet the needs, or onwards from those if they are too few.

        Args:
            graph: beliefs about what is needed on the way.
            kit: what can be executed.
            skill: the skill that is to be practised there.
            needs: what it needs.
            count: states wanted.
            side: whether they are for trials.
        """

        def fits(start: Start) -> bool:
            return held_out(start.origin) == side and self.arenas.fits(skill.name, start.origin)

        meeting = [start for start, _ in self._bank.states(needs) if fits(start)]
        fresh = self.arenas.in_game(skill.name)
        if needs and len(meeting) < count:
            base = self._nearest(graph, needs, count, fits)
            jobs = [Job(seed=self._job_seed(), start=start, reach=needs) for start in base]
            more = count - len(jobs) if fresh else 0
            return jobs + [Job(seed=self._job_seed(side), reach=needs) for _ in range(more)]
        if fresh and not needs and len(meeting) < 3 * count:
            return [Job(seed=self._job_seed(side)) for _ in range(count)]
        movers = [name for name, s in kit.skills.items() if s.policy.kind == "learned" and name != skill.name]
        if not movers or not meeting:
            return []
        return [
            Job(
                seed=self._job_seed(),
                start=meeting[int(self._rng.integers(len(meeting)))],
                skill=movers[int(self._rng.integers(len(movers)))],
            )
            for _ in range(count)
        ]

    def _nearest(
        self, graph: SkillGraph, needs: Mapping[str, int], count: int, fits: Callable[[Start], bool]
    ) -> list[Start]:
        """Fitting states from which little is missing, of different episodes, at most 2/3 of `count`."""
        goal = Goal(facts=needs)
        offers = [offer for offer in self._bank.states({}) if fits(offer[0])]
        order = self._rng.permutation(len(offers))[:300]
        priced: list[tuple[float, int]] = []
        for index in order.tolist():
            facts = dict(zip(self._names, offers[index][1].tolist(), strict=True))
            if self._urgent(facts):
                continue
            try:
                plan = cheapest(graph, goal, facts)
            except PlanningError:
                continue
            if plan.possible:
                priced.append((plan.expected_steps, index))
        chosen: dict[int, Start] = {}
        for _, index in sorted(priced):
            start = offers[index][0]
            chosen.setdefault(start.origin, start)
            if len(chosen) >= 2 * count // 3:
                break
        return list(chosen.values())

    def attempt(self, kit: Kit, skill: str, starts: Sequence[Start], n: int) -> TrialOutcome:
        """Try a skill `n` times from states drawn without replacement as far as they go."""
        if not starts:
            return TrialOutcome((), 0)
        order: list[int] = []
        while len(order) < n:
            order += self._rng.permutation(len(starts)).tolist()
        policy = kit.skills[skill].policy
        guarded = policy.kind == "learned" or policy.until  # a single action is over before a guard matters
        jobs = [Job(seed=self._job_seed(), start=starts[i], skill=skill, guarded=guarded) for i in order[:n]]
        outcomes = self._play(kit, jobs, trying=skill)
        tried = tuple(outcome.attempt for outcome in outcomes if outcome.attempt is not None)
        faults = [outcome.aborted.strip().splitlines()[-1] for outcome in outcomes if outcome.aborted]
        return TrialOutcome(tried, len(faults), faults[-1] if faults else "")
