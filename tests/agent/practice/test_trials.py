import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from agent.design.arenas import GAME, ArenaPlan
from agent.play.jobs import Job, JobPool, JobResult, SavedState, request_label
from agent.play.kit import GuardCode, Kit
from agent.practice.arenas import ArenaGround
from agent.practice.trials import (
    ENOUGH_REQUESTED_STATES,
    FRESH,
    HELD_OUT_EVERY,
    JOBS_PER_BATCH,
    StartStates,
    TrialOutcome,
    Trials,
    held_out,
)
from envs.registry import make_game
from envs.rollout.episode import Start
from envs.seeding import EVALUATION_BASE, evaluation_seed, training_seed
from planners.graph.graph import SkillGraph
from planners.plan import Execution
from skills.code.functions import RewardFunction
from skills.code.sandbox import Sandbox
from skills.skill import Skill
from skills.start_bank import StartBank
from tests.agent.scripted import NAMES, SPEC, Ability, StandInPool, effects_of, kit_of, result, walk


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def pool(worker: JobPool) -> JobPool:
    return worker


@dataclass
class Bench:
    """Trials with everything they are given at hand."""

    trials: Trials
    bank: StartBank
    steps: list[int] = field(default_factory=list)
    results: list[Execution] = field(default_factory=list)


def bench(
    pool: JobPool, sandbox: Sandbox, *, seed: int = 0, urgent: bool = False, pieces: int = 10_000
) -> Bench:
    """Trials whose budget is spent after so many pieces of play."""
    jobs = iter(range(1, 10_000))
    bank = StartBank(NAMES, seed=seed)
    steps: list[int] = []
    results: list[Execution] = []

    def on_play(n: int, more: Sequence[Execution]) -> None:
        steps.append(n)
        results.extend(more)

    def is_urgent(facts: Mapping[str, int]) -> bool:
        assert set(facts) == set(NAMES)
        return urgent

    trials = Trials(
        pool, bank, SPEC, sandbox, seed, lambda: next(jobs), on_play, is_urgent, lambda: len(steps) >= pieces
    )
    return Bench(trials, bank, steps, results)


def fill(bank: StartBank, count: int, label: str = FRESH, **facts: int) -> None:
    """Put that many states in the bank, each of its own episode."""
    row = np.array([facts.get(name, 0) for name in NAMES], np.int32)
    for i in range(count):
        bank.add(Start(f"{label}-{i}".encode(), training_seed(9, label, i)), row, label)


def no_play(job: Job) -> JobResult:
    raise AssertionError(f"nothing was to be played: {job}")


def test_training_and_evaluation_seeds_never_meet() -> None:
    training = {training_seed(seed, "job", i) for seed in range(20) for i in range(200)}
    evaluation = {evaluation_seed(seed, i) for seed in range(20) for i in range(200)}
    assert max(training) < EVALUATION_BASE <= min(evaluation)


def test_a_third_of_the_episodes_is_held_out_for_good() -> None:
    origins = [training_seed(0, "job", i) for i in range(3000)]
    held = [held_out(origin) for origin in origins]
    assert HELD_OUT_EVERY == 3
    assert 900 < sum(held) < 1100  # 1000 expected, three standard deviations are 77
    assert held == [held_out(origin) for origin in origins]


def test_the_outcome_counts_clear_executions_only() -> None:
    outcome = TrialOutcome(
        (result("a", "done", 4), result("a", "unclear", 100), result("a", "not_done", 8)), aborted=2
    )
    assert (outcome.successes, outcome.attempts, outcome.rate, outcome.mean_steps) == (1, 2, 0.5, 6.0)
    nothing = TrialOutcome((), 3, "broke")
    assert (nothing.attempts, nothing.rate, nothing.mean_steps) == (0, 0.0, 0.0)
    both = outcome + nothing
    assert (both.results, both.aborted, both.fault) == (outcome.results, 5, "broke")


@pytest.mark.slow
def test_ground_from_the_beginning_of_episodes(pool: JobPool, sandbox: Sandbox) -> None:
    own = bench(pool, sandbox)
    kit = kit_of(walk("up"))
    ground = own.trials.find(kit.open_graph(), kit, walk("up").skill, 8, 4)
    assert len(ground.train) >= 8 and len(ground.trial) >= 4
    train, trial = ({start.origin for start in part} for part in (ground.train, ground.trial))
    assert not train & trial
    assert not any(map(held_out, train)) and all(map(held_out, trial))
    assert all(origin < EVALUATION_BASE for origin in train | trial)
    assert set(own.bank.labels) == {FRESH}
    assert sum(own.steps) == 0 and own.results == []  # nothing had to be done to get there


def test_states_where_it_is_done_already_are_no_ground(pool: JobPool, sandbox: Sandbox) -> None:
    own = bench(pool, sandbox)
    kit = kit_of(walk("up"))
    ground = own.trials.find(kit.open_graph(), kit, walk("up").skill, 8, 4)
    game = make_game("toy")
    for start in (*ground.train, *ground.trial):
        game.restore(start.snapshot)
        assert game.facts()["facing.blocked"] == 0


def test_no_state_is_looked_for_when_the_budget_is_spent(pool: JobPool, sandbox: Sandbox) -> None:
    own = bench(pool, sandbox, pieces=0)
    kit = kit_of(walk("up"))
    assert not own.trials.find(kit.open_graph(), kit, walk("up").skill, 8, 4)
    assert not own.bank.labels


def test_a_search_stops_soon_after_the_budget_is_spent(pool: JobPool, sandbox: Sandbox) -> None:
    own = bench(pool, sandbox, pieces=1)
    kit = kit_of(walk("up"))
    own.trials.find(kit.open_graph(), kit, walk("up").skill, 60, 60)
    assert len(own.steps) == JOBS_PER_BATCH


def test_ground_after_the_prerequisites(pool: JobPool, sandbox: Sandbox) -> None:
    """What is needed is played for, and those executions are told to the caller."""
    chop = Ability(name="chop", obtains={"wood": 1}, action="take", until=False, step_cap=150)
    build = Ability(
        name="build",
        kind="craft",
        obtains={"did.place_bench": 1},
        consumes={"wood": 2},
        action="place_bench",
        until=False,
    )
    own = bench(pool, sandbox)
    kit = kit_of(chop, build)
    ground = own.trials.find(kit.open_graph(), kit, build.skill, 0, 4)
    assert ground
    game = make_game("toy")
    for start in (*ground.train, *ground.trial):
        game.restore(start.snapshot)
        assert game.facts()["wood"] >= 2
    assert {r.skill for r in own.results} == {"chop"}
    assert sum(own.steps) >= sum(r.env_steps for r in own.results) > 0


def test_enough_ground_is_not_played_for_again(sandbox: Sandbox) -> None:
    own = bench(StandInPool(no_play), sandbox)
    fill(own.bank, 30, wood=1)
    kit = kit_of(walk("up"))
    skill = Ability(name="build", obtains={"did.place_bench": 1}, consumes={"wood": 1}).skill
    graph = kit.open_graph()
    graph.add_skill("build", skill.kind, skill.effects)
    ground = own.trials.find(graph, kit, skill, 5, 4)
    assert len(ground.train) + len(ground.trial) == 30


def test_needs_initiation_and_urgency_decide(sandbox: Sandbox) -> None:
    skill = Ability(
        name="build",
        obtains={"did.place_bench": 1},
        consumes={"wood": 2},
        initiation=["def initiation(facts):", "    return facts['stone'] == 0"],
    ).skill
    kit = kit_of()
    graph = kit.open_graph()
    graph.add_skill("build", skill.kind, skill.effects)

    def found(urgent: bool = False, **facts: int) -> int:
        own = bench(StandInPool(lambda job: JobResult(job=job)), sandbox, urgent=urgent)
        fill(own.bank, 12, **facts)
        ground = own.trials.find(graph, kit, skill, 1, 1)
        return len(ground.train) + len(ground.trial)

    assert found(wood=2) == 12
    assert found(wood=1) == 0
    assert found(wood=2, stone=1) == 0
    assert found(wood=2, urgent=True) == 0


def build_that_the_guard_asks_for() -> tuple[Skill, Kit, SkillGraph]:
    """A skill that the guard always asks for, a kit without it, and a graph with it."""
    skill = Ability(name="build", obtains={"did.place_bench": 1}, consumes={"wood": 2}).skill
    guard = GuardCode(source="def guard(facts, remaining): return 'build'", ranking=("build",))
    kit = replace(kit_of(), guard=guard)
    graph = kit.open_graph()
    graph.add_skill("build", skill.kind, skill.effects)
    return skill, kit, graph


def test_what_the_guard_asks_for_is_practised_when_it_is_urgent(sandbox: Sandbox) -> None:
    skill, kit, graph = build_that_the_guard_asks_for()
    own = bench(StandInPool(no_play), sandbox, urgent=True)
    fill(own.bank, 12, wood=2)
    ground = own.trials.find(graph, kit, skill, 1, 1)
    assert len(ground.train) + len(ground.trial) == 12


def test_nothing_to_play_with_is_no_ground(sandbox: Sandbox) -> None:
    own = bench(StandInPool(lambda job: JobResult(job=job, reached=False)), sandbox)
    skill = Ability(name="build", obtains={"did.place_bench": 1}, consumes={"wood": 2}).skill
    kit = kit_of()
    graph = kit.open_graph()
    graph.add_skill("build", skill.kind, skill.effects)
    ground = own.trials.find(graph, kit, skill, 4, 2)
    assert not ground and ground == StartStates((), ())


def test_every_job_has_a_seed_of_its_own(sandbox: Sandbox) -> None:
    stand_in = StandInPool(lambda job: JobResult(job=job))
    own = bench(stand_in, sandbox)
    starts = [Start(b"a", 1), Start(b"b", 2), Start(b"c", 3)]
    own.trials.attempt(kit_of(walk("up")), "walk_up", starts, 7)
    own.trials.attempt(kit_of(walk("up")), "walk_up", starts, 3)
    assert len({job.seed for job in stand_in.jobs}) == 10
    assert all(job.seed < EVALUATION_BASE for job in stand_in.jobs)


def test_starts_are_drawn_without_replacement(sandbox: Sandbox) -> None:
    stand_in = StandInPool(lambda job: JobResult(job=job))
    own = bench(stand_in, sandbox)
    starts = [Start(bytes([i]), i) for i in range(3)]
    own.trials.attempt(kit_of(walk("up")), "walk_up", starts, 7)
    used = [job.start.origin for job in stand_in.jobs if job.start is not None]
    assert len(used) == 7
    assert sorted(used[:3]) == sorted(used[3:6]) == [0, 1, 2]


def test_no_starts_no_attempts(sandbox: Sandbox) -> None:
    assert bench(StandInPool(no_play), sandbox).trials.attempt(kit_of(), "x", [], 5) == TrialOutcome((), 0)


def test_guards_may_not_interrupt_a_single_action(sandbox: Sandbox) -> None:
    stand_in = StandInPool(lambda job: JobResult(job=job))
    own = bench(stand_in, sandbox)
    once = Ability(name="once", obtains={"pick": 1}, action="make_pick", until=False)
    learned = Ability(name="learned", obtains={"wood": 1})
    kit = kit_of(once, walk("up"), learned)
    for name in kit.skills:
        own.trials.attempt(kit, name, [Start(b"", 1)], 1)
    assert [(job.skill, job.guarded) for job in stand_in.jobs] == [
        ("once", False), ("walk_up", True), ("learned", True),
    ]  # fmt: skip


def test_the_skill_on_trial_is_no_evidence_yet_and_broken_play_never(sandbox: Sandbox) -> None:
    other, tried = result("other", "done", 3), result("walk_up", "done", 2)
    on_the_way = result("walk_up", "not_done", 1)

    def play(job: Job) -> JobResult:
        if job.start == Start(b"bad", 2):
            return JobResult(job=job, aborted="Traceback\n  somewhere\nRuntimeError: it broke\n")
        return JobResult(job=job, steps=5, reached=True, results=(on_the_way, other, tried), attempt=tried)

    own = bench(StandInPool(play), sandbox)
    outcome = own.trials.attempt(kit_of(walk("up")), "walk_up", [Start(b"good", 1), Start(b"bad", 2)], 4)
    assert outcome == TrialOutcome((tried, tried), 2, "RuntimeError: it broke")
    assert own.results == [other, other]
    assert own.steps.count(5) == 2 and sum(own.steps) == 10


def test_states_on_the_way_are_kept_with_their_label(sandbox: Sandbox) -> None:
    facts = dict.fromkeys(NAMES, 0) | {"wood": 3}

    def play(job: Job) -> JobResult:
        states = tuple(
            SavedState(start=Start(b"s", job.seed), facts=facts, label=x) for x in ("reach", "walk_up")
        )
        attempt = result("walk_up", "done")
        return JobResult(job=job, reached=True, attempt=attempt, results=(attempt,), states=states)

    own = bench(StandInPool(play), sandbox)
    own.trials.attempt(kit_of(walk("up")), "walk_up", [Start(b"a", 1)], 2)
    assert own.bank.labels == {FRESH: 2, "walk_up": 2}
    assert own.bank.states({"wood": 3})[0][1][NAMES.index("wood")] == 3
    assert effects_of(obtains={"wood": 1}).needs == {}


def test_worth_counts_success_steps_and_what_the_reward_punishes(sandbox: Sandbox) -> None:
    """5 for success, -1 for failure, a hundredth per step, and the designed reward from first to last."""
    names = [fact.name for fact in SPEC.facts]
    reward = RewardFunction(sandbox, "def reward(before, after):\n    return 0.5 * after['wood']", names)
    quick, slow = result("chop", "done", 10, wood=1), result("chop", "done", 60)
    failed, unclear = result("chop", "not_done", 20), result("chop", "unclear", 500)
    assert TrialOutcome((quick,), 0).mean_return(reward, SPEC) == pytest.approx(5 + 0.5 - 0.1)
    assert TrialOutcome((slow, unclear), 0).mean_return(reward, SPEC) == pytest.approx(5 - 0.6)
    assert TrialOutcome((slow, failed), 0).mean_return(reward, SPEC) == pytest.approx((4.4 - 1.2) / 2)
    assert TrialOutcome((unclear,), 0).mean_return(reward, SPEC) == -math.inf


def test_a_guards_skill_is_practised_half_of_the_time_where_it_was_asked_for(sandbox: Sandbox) -> None:
    skill, kit, graph = build_that_the_guard_asks_for()
    own = bench(StandInPool(no_play), sandbox)
    facts = np.zeros(len(NAMES), np.int32)
    facts[NAMES.index("wood")] = 2
    for origin in range(200):
        own.bank.add(Start(b"calm", origin), facts, "reach")
    for origin in range(ENOUGH_REQUESTED_STATES):
        own.bank.add(Start(b"pressed", 1000 + origin), facts, request_label("build"))
    ground = own.trials.find(graph, kit, skill, 1, 1)
    snapshots = [start.snapshot for start in (*ground.train, *ground.trial)]
    assert snapshots.count(b"pressed") == snapshots.count(b"calm") == ENOUGH_REQUESTED_STATES


class TestFreshStarts:
    """Where practice may begin with the game itself, instead of in saved states only."""

    @staticmethod
    def fresh(
        sandbox: Sandbox,
        *,
        first: bool = True,
        guarded: bool = False,
        plan: ArenaPlan | None = None,
        **skill: Any,
    ) -> bool:
        """Whether the ground of a skill that may start where there is no stone is fresh."""
        ability = Ability(
            name="look",
            obtains={"did.place_bench": 1},
            initiation=["def initiation(facts):", "    return facts['stone'] == 0"],
            **skill,
        )
        own = bench(StandInPool(lambda job: JobResult(job=job)), sandbox)
        own.trials.arenas = ArenaGround(SPEC, plan or {}, 0)
        if first:
            own.trials.first = np.zeros(len(NAMES), np.int32)
        guard = GuardCode(source="", ranking=("look",)) if guarded else GuardCode()
        kit = replace(kit_of(), guard=guard)
        graph = kit.open_graph()
        graph.add_skill("look", ability.skill.kind, ability.skill.effects)
        return own.trials.find(graph, kit, ability.skill, 1, 1).fresh

    def test_a_skill_that_needs_nothing_begins_with_the_game(self, sandbox: Sandbox) -> None:
        assert self.fresh(sandbox)
        assert self.fresh(sandbox, plan={"look": (GAME, "somewhere")})

    def test_one_that_needs_something_does_not(self, sandbox: Sandbox) -> None:
        assert not self.fresh(sandbox, requires={"wood": 1})

    def test_one_that_the_guard_asks_for_does_not(self, sandbox: Sandbox) -> None:
        assert not self.fresh(sandbox, guarded=True)

    def test_one_that_is_practised_elsewhere_does_not(self, sandbox: Sandbox) -> None:
        assert not self.fresh(sandbox, plan={"look": ("somewhere",)})

    def test_one_that_may_not_start_there_does_not(self, sandbox: Sandbox) -> None:
        own = bench(StandInPool(lambda job: JobResult(job=job)), sandbox)
        own.trials.first = np.zeros(len(NAMES), np.int32)
        kit = kit_of()
        never = Ability(
            name="look",
            obtains={"did.place_bench": 1},
            initiation=["def initiation(facts):", "    return facts['wood'] > 0"],
        ).skill
        graph = kit.open_graph()
        graph.add_skill("look", never.kind, never.effects)
        assert not own.trials.find(graph, kit, never, 1, 1).fresh

    def test_nothing_is_known_of_the_beginning_yet(self, sandbox: Sandbox) -> None:
        assert not self.fresh(sandbox, first=False)
