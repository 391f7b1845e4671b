"""Where a skill is practised: which states fit, which are held out, what is played to get to more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.design.arenas import GAME, ArenaPlan
from agent.play.job_pool import JobPool
from agent.play.jobs import Job, JobResult, request_label
from agent.play.kit import GuardCode
from agent.practice.arenas import ArenaStates, Beginnings
from agent.practice.play import FRESH_LABEL
from agent.practice.session_state import SkillProgress
from agent.practice.start_states import (
    ENOUGH_REQUESTED_STATES,
    FEWEST_STATES,
    HELD_OUT_EVERY,
    JOBS_PER_BATCH,
    SEARCH_ROUNDS,
    StartStates,
    at_hand,
    is_held_out,
)
from agent.testing.abilities import Ability
from agent.testing.pools import StandInPool
from agent.testing.toy import NAMES, SPEC, walk
from envs.registry import make_game
from envs.rollout.episode import Start
from envs.seeding import EVALUATION_BASE, evaluation_seed, training_seed
from planners.plan import Execution
from skills.code.sandbox import Sandbox
from tests.agent.practice.small_session import ALWAYS_URGENT, Small, small_session

BUILD = Ability(name="build", obtains={"did.place_bench": 1}, consumes={"wood": 2})
BUILD_GUARD = GuardCode(source="def guard(facts, remaining): return 'build'", ranking=("build",))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def no_play(job: Job) -> JobResult:
    raise AssertionError(f"nothing was to be played: {job}")


def count(states: StartStates) -> int:
    return len(states.train) + len(states.held_out)


def test_training_and_evaluation_seeds_never_meet() -> None:
    training = {training_seed(seed, "job", i) for seed in range(20) for i in range(200)}
    evaluation = {evaluation_seed(seed, i) for seed in range(20) for i in range(200)}
    assert max(training) < EVALUATION_BASE <= min(evaluation)


def test_a_third_of_the_episodes_is_held_out_for_good() -> None:
    origins = [training_seed(0, "job", i) for i in range(3000)]
    held = [is_held_out(origin) for origin in origins]
    assert HELD_OUT_EVERY == 3
    assert 900 < sum(held) < 1100  # 1000 expected, three standard deviations are 77
    assert held == [is_held_out(origin) for origin in origins]


def test_states_from_the_beginning_of_episodes(worker: JobPool, sandbox: Sandbox, tmp_path: Path) -> None:
    own = small_session(tmp_path, worker, sandbox, walk("up"))
    executed = noted(own)
    states = own.find(walk("up").skill, 8, 4)
    assert len(states.train) >= 8 and len(states.held_out) >= 4
    train, held = ({start.origin for start in part} for part in (states.train, states.held_out))
    assert not train & held
    assert not any(map(is_held_out, train)) and all(map(is_held_out, held))
    assert all(origin < EVALUATION_BASE for origin in train | held)
    assert set(own.bank.labels) == {FRESH_LABEL}
    assert sum(own.budget.spent) == 0 and executed == []  # nothing had to be done to get there


def noted(own: Small) -> list[Execution]:
    """The executions that the roster learns from, as they come."""
    executed: list[Execution] = []
    learn = own.roster.learn

    def note(executions: Any, *, statistics: bool = True) -> None:
        executed.extend(executions)
        learn(executions, statistics=statistics)

    own.roster.learn = note  # type: ignore[method-assign]
    return executed


def test_states_where_it_is_done_already_are_left_out(
    worker: JobPool, sandbox: Sandbox, tmp_path: Path
) -> None:
    own = small_session(tmp_path, worker, sandbox, walk("up"))
    states = own.find(walk("up").skill, 8, 4)
    game = make_game("toy")
    for start in (*states.train, *states.held_out):
        game.restore(start.snapshot)
        assert game.facts()["facing.blocked"] == 0


def test_no_state_is_looked_for_when_the_budget_is_spent(
    worker: JobPool, sandbox: Sandbox, tmp_path: Path
) -> None:
    own = small_session(tmp_path, worker, sandbox, walk("up"), pieces=0)
    assert not own.find(walk("up").skill, 8, 4)
    assert not own.bank.labels


def test_a_search_stops_soon_after_the_budget_is_spent(
    worker: JobPool, sandbox: Sandbox, tmp_path: Path
) -> None:
    own = small_session(tmp_path, worker, sandbox, walk("up"), pieces=1)
    own.find(walk("up").skill, 60, 60)
    assert len(own.budget.spent) == JOBS_PER_BATCH


def test_states_after_the_prerequisites(worker: JobPool, sandbox: Sandbox, tmp_path: Path) -> None:
    """What is needed is played for, and those executions are evidence."""
    chop = Ability(name="chop", obtains={"wood": 1}, action="take", until=False, step_cap=150)
    build = Ability(
        name="build",
        kind="craft",
        obtains={"did.place_bench": 1},
        consumes={"wood": 2},
        action="place_bench",
        until=False,
    )
    own = small_session(tmp_path, worker, sandbox, chop, build)
    executed = noted(own)
    states = own.find(build.skill, 0, 4)
    assert states
    game = make_game("toy")
    for start in (*states.train, *states.held_out):
        game.restore(start.snapshot)
        assert game.facts()["wood"] >= 2
    assert {r.skill for r in executed} == {"chop"}
    assert sum(own.budget.spent) >= sum(r.env_steps for r in executed) > 0


def test_enough_states_are_not_played_for_again(sandbox: Sandbox, tmp_path: Path) -> None:
    build = Ability(name="build", obtains={"did.place_bench": 1}, consumes={"wood": 1})
    own = small_session(tmp_path, StandInPool(no_play), sandbox, walk("up"), also_known=[build])
    own.fill(30, wood=1)
    assert count(own.find(build.skill, 5, 4)) == 30


@pytest.mark.parametrize(
    ("more_train", "more_held_out", "rounds"), [(0, 0, 2), (1, 0, SEARCH_ROUNDS), (0, 1, SEARCH_ROUNDS)]
)
def test_from_the_third_round_on_a_third_of_the_states_will_do(
    sandbox: Sandbox, tmp_path: Path, more_train: int, more_held_out: int, rounds: int
) -> None:
    pool = StandInPool(lambda job: JobResult(job=job))
    own = small_session(tmp_path, pool, sandbox, walk("up"), also_known=[BUILD])
    own.fill(18, wood=2)
    states = own.find(BUILD.skill, 0, 0)
    assert pool.jobs == []
    train, held = len(states.train), len(states.held_out)
    assert train + held == 18 and min(train, held) > 3
    wanted = 3 * train + more_train, 3 * held + more_held_out
    assert own.find(BUILD.skill, *wanted) == states
    a_round = max(wanted[0] - train, 12) + max(wanted[1] - held, 12)
    assert len(pool.jobs) == rounds * a_round


def test_a_round_plays_for_sixty_states_of_each_side_at_most(sandbox: Sandbox, tmp_path: Path) -> None:
    pool = StandInPool(lambda job: JobResult(job=job))
    own = small_session(tmp_path, pool, sandbox, walk("up"))
    own.find(walk("up").skill, 300, 61)
    assert len(pool.jobs) == SEARCH_ROUNDS * 2 * 60


@pytest.mark.parametrize("learned", [True, False])
def test_where_the_needs_are_met_another_learned_skill_leads_onwards(
    sandbox: Sandbox, tmp_path: Path, learned: bool
) -> None:
    """States that meet the needs, and in which the skill may not start yet: more of them are no help."""
    pool = StandInPool(lambda job: JobResult(job=job))
    never = ["def initiation(facts):", "    return False"]
    build = Ability(name="build", obtains={"did.place_bench": 1}, consumes={"wood": 2}, initiation=never)
    others = [walk("up"), *([Ability(name="chop", obtains={"wood": 1})] if learned else [])]
    own = small_session(tmp_path, pool, sandbox, *others, also_known=[build])
    own.fill(90, wood=2)
    assert not own.find(build.skill, 1, 1)
    assert len(pool.jobs) == (SEARCH_ROUNDS * 2 * 12 if learned else 0)
    assert {job.skill for job in pool.jobs} <= {"chop"}
    sides = [is_held_out(job.start.origin) for job in pool.jobs[:24] if job.start is not None]
    assert sides == ([False] * 12 + [True] * 12 if learned else [])


def test_needs_initiation_and_urgency_decide(sandbox: Sandbox, tmp_path: Path) -> None:
    build = Ability(
        name="build",
        obtains={"did.place_bench": 1},
        consumes={"wood": 2},
        initiation=["def initiation(facts):", "    return facts['stone'] == 0"],
    )

    def found(urgent: bool = False, **facts: int) -> int:
        own = small_session(
            tmp_path, StandInPool(lambda job: JobResult(job=job)), sandbox, walk("up"), also_known=[build],
            guard=ALWAYS_URGENT if urgent else None,
        )  # fmt: skip
        own.fill(12, **facts)
        return count(own.find(build.skill, 1, 1))

    assert found(wood=2) == 12
    assert found(wood=1) == 0
    assert found(wood=2, stone=1) == 0
    assert found(wood=2, urgent=True) == 0


def test_what_the_guard_asks_for_is_practised_when_it_is_urgent(sandbox: Sandbox, tmp_path: Path) -> None:
    own = small_session(tmp_path, StandInPool(no_play), sandbox, BUILD, guard=BUILD_GUARD)
    own.fill(12, wood=2)
    assert own.roster.urgent(dict.fromkeys(NAMES, 0))
    assert count(own.find(BUILD.skill, 1, 1)) == 12


@pytest.mark.parametrize("rule", ["progress", "needs"])
def test_by_the_rule_of_needs_a_guards_skill_counts_once_it_was_asked_for(
    sandbox: Sandbox, tmp_path: Path, rule: str
) -> None:
    own = small_session(tmp_path, StandInPool(no_play), sandbox, BUILD, guard=BUILD_GUARD, curriculum=rule)
    assert own.roster.always_taken() == (() if rule == "needs" else ("build",))
    own.fill(1, request_label("build"))
    assert own.roster.always_taken() == ("build",)


def test_nothing_to_play_with_gives_no_states(sandbox: Sandbox, tmp_path: Path) -> None:
    pool = StandInPool(lambda job: JobResult(job=job, goal_reached=False))
    own = small_session(tmp_path, pool, sandbox, also_known=[BUILD])
    states = own.find(BUILD.skill, 4, 2)
    assert not states and states == StartStates((), ())


def test_a_guards_skill_is_practised_half_of_the_time_where_it_was_asked_for(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    own = small_session(tmp_path, StandInPool(no_play), sandbox, also_known=[BUILD], guard=BUILD_GUARD)
    facts = np.zeros(len(NAMES), np.int32)
    facts[NAMES.index("wood")] = 2
    for origin in range(200):
        own.bank.add(Start(b"calm", origin), facts, "reach")
    for origin in range(ENOUGH_REQUESTED_STATES):
        own.bank.add(Start(b"pressed", 1000 + origin), facts, request_label("build"))
    states = own.find(BUILD.skill, 1, 1)
    snapshots = [start.snapshot for start in (*states.train, *states.held_out)]
    assert snapshots.count(b"pressed") == snapshots.count(b"calm") == ENOUGH_REQUESTED_STATES


class TestFreshStarts:
    """Where practice may begin with the game itself, instead of in saved states only."""

    @staticmethod
    def fresh(
        sandbox: Sandbox,
        tmp_path: Path,
        *,
        guarded: bool = False,
        plan: ArenaPlan | None = None,
        initiation: str = "facts['stone'] == 0",
        **skill: Any,
    ) -> bool:
        """Whether a skill that may start where there is no stone is practised from new games too."""
        ability = Ability(
            name="look",
            obtains={"did.place_bench": 1},
            initiation=["def initiation(facts):", f"    return {initiation}"],
            **skill,
        )
        guard = GuardCode(source="", ranking=("look",)) if guarded else None
        pool = StandInPool(lambda job: JobResult(job=job))
        own = small_session(tmp_path, pool, sandbox, also_known=[ability], guard=guard, plan=plan)
        return own.find(ability.skill, 1, 1).fresh

    def test_a_skill_that_needs_nothing_begins_with_the_game(self, sandbox: Sandbox, tmp_path: Path) -> None:
        assert self.fresh(sandbox, tmp_path)
        assert self.fresh(sandbox, tmp_path, plan={"look": (GAME, "somewhere")})

    def test_one_that_needs_something_does_not(self, sandbox: Sandbox, tmp_path: Path) -> None:
        assert not self.fresh(sandbox, tmp_path, requires={"wood": 1})

    def test_one_that_the_guard_asks_for_does_not(self, sandbox: Sandbox, tmp_path: Path) -> None:
        assert not self.fresh(sandbox, tmp_path, guarded=True)

    def test_one_that_is_practised_elsewhere_does_not(self, sandbox: Sandbox, tmp_path: Path) -> None:
        assert not self.fresh(sandbox, tmp_path, plan={"look": ("somewhere",)})

    def test_one_that_may_not_start_there_does_not(self, sandbox: Sandbox, tmp_path: Path) -> None:
        assert not self.fresh(sandbox, tmp_path, initiation="facts['wood'] > 0")


class TestAtHand:
    """Which skills can be practised at once though nothing in reach brings about what they need."""

    SIT = Ability(name="sit", obtains={"did.place_bench": 1}, requires={"near.bench": 1})

    @pytest.fixture
    def own(self, sandbox: Sandbox, tmp_path: Path) -> Small:
        """A session with a skill that needs a bench."""
        return small_session(tmp_path, StandInPool(no_play), sandbox, also_known=[self.SIT])

    @staticmethod
    def meet(own: Small, times: int, **facts: int) -> None:
        """Play comes by this many states with a bench beside the player."""
        row = np.array([facts.get(name, int(name == "near.bench")) for name in NAMES], np.int32)
        for i in range(times):
            own.bank.add(Start(b"bench", training_seed(3, "met", i)), row, "walk_up")

    def test_what_nothing_brings_about_is_practised_where_it_was_met_often_enough(self, own: Small) -> None:
        self.meet(own, FEWEST_STATES - 1)
        assert not at_hand(own.session, own.beginnings, "sit")
        self.meet(own, FEWEST_STATES)
        assert at_hand(own.session, own.beginnings, "sit")

    def test_what_a_skill_brings_about_is_waited_for(self, sandbox: Sandbox, tmp_path: Path) -> None:
        place = Ability(name="place_bench", kind="craft", obtains={"near.bench": 1}, action="place_bench")
        own = small_session(tmp_path, StandInPool(no_play), sandbox, place, also_known=[self.SIT])
        self.meet(own, FEWEST_STATES)
        assert not at_hand(own.session, own.beginnings, "sit")

    @pytest.mark.parametrize(
        ("status", "waiting_round", "is_at_hand"),
        [("open", -1, False), ("open", 3, True), ("abandoned", -1, True), ("admitted", 3, False)],
    )
    def test_what_no_skill_learns_to_bring_about_is_practised_where_it_was_met(
        self, sandbox: Sandbox, tmp_path: Path, status: Any, waiting_round: int, is_at_hand: bool
    ) -> None:
        place = Ability(name="place_bench", kind="craft", obtains={"near.bench": 1}, action="place_bench")
        own = small_session(tmp_path, StandInPool(no_play), sandbox, place, also_known=[self.SIT])
        own.session.state.skills["place_bench"] = SkillProgress(status=status, waiting_round=waiting_round)
        self.meet(own, FEWEST_STATES)
        assert at_hand(own.session, own.beginnings, "sit") is is_at_hand

    def test_what_a_game_begins_with_is_not_met_by_chance(self, sandbox: Sandbox, tmp_path: Path) -> None:
        burn = Ability(name="burn", obtains={"did.place_bench": 1}, consumes={"wood": 2})
        own = small_session(tmp_path, StandInPool(no_play), sandbox, also_known=[burn])
        self.meet(own, FEWEST_STATES, wood=2)
        assert at_hand(own.session, own.beginnings, "burn")
        carried = Beginnings(own.beginnings.first, {"wood": 1}, own.beginnings.arenas)
        assert not at_hand(own.session, carried, "burn")

    def test_states_of_an_arena_are_at_hand_however_few(self, own: Small) -> None:
        arenas = ArenaStates(SPEC, {"sit": ("yard",)}, 0)
        beginnings = Beginnings(own.beginnings.first, {}, arenas)
        assert not at_hand(own.session, beginnings, "sit")
        row = np.array([int(name == "near.bench") for name in NAMES], np.int32)
        own.bank.add(Start(b"bench", arenas._origin("yard", 0)), row, "arena yard")
        assert at_hand(own.session, beginnings, "sit")


def test_a_skill_starts_where_its_success_could_be_seen(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.practice.start_states.highest_at_start", lambda *_: {"wood": 1})
    own = small_session(tmp_path, StandInPool(no_play), sandbox, walk("up"))
    own.fill(30, "poor", wood=1)
    own.fill(30, "rich", wood=2)
    states = own.find(walk("up").skill, 10, 5)
    assert {start.snapshot.decode().split("-")[0] for start in (*states.train, *states.held_out)} == {"poor"}
    assert count(states) == 30 and states.fresh


def test_time_is_let_pass_where_bars_are_full_at_the_beginning(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.practice.start_states.highest_at_start", lambda *_: {"wood": 1})
    pool = StandInPool(lambda job: JobResult(job=job, steps=1))
    own = small_session(tmp_path, pool, sandbox, walk("up"), BUILD)
    own.fill(30, "rich", wood=2)
    assert not own.find(walk("up").skill, 10, 5)
    assert {job.skill for job in pool.jobs} == {"build"}
