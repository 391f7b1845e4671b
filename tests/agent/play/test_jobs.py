import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.play.job_player import MOST_REQUEST_STATES, JobPlayer, Notes, play
from agent.play.job_pool import JobPool, in_order
from agent.play.jobs import Job, JobResult, request_label
from agent.play.kit import GuardCode, Kit, PolicyOverSkills, ShieldCode
from agent.play.player import Player
from agent.testing.abilities import Ability, kit_of
from agent.testing.toy import SPEC, walk
from envs.facts import EndStatus
from envs.registry import make_game
from envs.rollout.episode import Start
from envs.seeding import training_seed
from envs.toy.spec import ACTIONS
from envs.workers.servant import SameEverywhere
from envs.wrapped_game import WrappedGame
from skills.errors import SandboxUnavailable

CHOP = Ability(name="chop", obtains={"wood": 1}, seek=("tree",))
PATIENT = Ability(name="wait", obtains={"gem": 1}, action="noop", step_cap=12)
SEEDS = [training_seed(0, "test", i) for i in range(8)]


@dataclass(frozen=True)
class Deadly:
    """A network that ends its process, as often as there are files that say so."""

    folder: Path

    def acting_only(self) -> "Deadly":
        return self

    def act(
        self, encoding: np.ndarray, rng: np.random.Generator, temperature: float, forbidden: tuple[int, ...]
    ) -> int:
        for file in sorted(self.folder.iterdir()):
            file.unlink()
            os._exit(int(file.name))
        return ACTIONS.index("noop")


@pytest.fixture
def pool(worker: JobPool) -> JobPool:
    return worker


def run(pool: JobPool, kit: Kit, *jobs: Job) -> list[JobResult]:
    return list(in_order(jobs, pool.run(kit, jobs)))


@contextmanager
def here(kit: Kit) -> Iterator[Callable[[Job], JobResult]]:
    """Plays jobs in this process, all with the same player and game."""
    game, notes = make_game("toy"), Notes()
    request = partial(notes.request, game)
    with Player(
        kit, 0, on_result=notes.results.append, learn=False, on_request=request, on_event=notes.events.append
    ) as player:
        yield lambda job: play(game, player, job, notes)


def processes(pool: JobPool) -> list[int]:
    return [pid for pid in pool._pool.pids if pid is not None]


@pytest.mark.slow
def test_a_skill_is_tried_from_a_fresh_episode(pool: JobPool) -> None:
    (result,) = run(pool, kit_of(walk("up")), Job(seed=SEEDS[0], skill="walk_up"))
    assert result.aborted == ""
    assert result.attempt is not None and result.attempt.verdict.outcome == "done"
    assert result.results == (result.attempt,)
    assert result.steps == result.attempt.env_steps
    assert [(s.label, s.start.origin) for s in result.states] == [("reach", SEEDS[0]), ("walk_up", SEEDS[0])]
    assert result.states[1].facts == result.attempt.after
    assert result.attempt.after["facing.blocked"] == 1


@pytest.mark.slow
def test_saved_states_are_gone_back_to(pool: JobPool) -> None:
    kit = kit_of(walk("up"), walk("left"))
    (first,) = run(pool, kit, Job(seed=SEEDS[1], skill="walk_up"))
    saved = first.states[-1].start
    (second,) = run(pool, kit, Job(seed=SEEDS[2], start=saved, skill="walk_left"))
    assert second.attempt is not None
    assert second.attempt.before == first.states[-1].facts
    assert {state.start.origin for state in second.states} == {SEEDS[1]}  # still the episode of the first


@pytest.mark.slow
def test_a_job_is_the_same_wherever_and_whenever_it_is_played(pool: JobPool) -> None:
    asks = GuardCode(source="def guard(facts, remaining): return 'walk_right'", ranking=("walk_right",))
    kit = replace(kit_of(walk("up"), walk("left")), guard=asks)
    jobs = [Job(seed=seed, goal={"facing.blocked": 1}, skill="walk_left") for seed in SEEDS]
    forwards = run(pool, kit, *jobs)
    asked = [request_label("walk_right") in {s.label for s in result.states} for result in forwards]
    assert sum(asked) > 3  # not where a job is done at once
    backwards = run(pool, kit, *reversed(jobs))
    assert forwards == backwards[::-1]
    with here(kit) as played:
        assert played(jobs[3]) == forwards[3]


def test_pictures_are_taken_rarely_and_where_a_verdict_is_witnessed(monkeypatch: pytest.MonkeyPatch) -> None:
    with here(kit_of(walk("up"))) as played:
        result = played(Job(seed=SEEDS[0], skill="walk_up", witness=True))
    assert [picture.shape for picture in result.witnessed] == [(72, 72, 3)] * 2
    player = JobPlayer(kit_of(walk("up")))
    jobs = [Job(seed=seed, skill="walk_up", show=(64, 48)) for seed in SEEDS[:3]]
    try:
        first, second = player.play(jobs[0]), player.play(jobs[1])
        monkeypatch.setattr("agent.play.job_player.VIEW_EVERY_S", 0.0)
        third, none = player.play(jobs[2]), player.play(replace(jobs[0], show=None))
    finally:
        player.close()
    assert first.view is not None and first.view.picture.shape == (48, 64, 3)
    assert second.view is None and none.view is None and third.view is not None
    assert first.view.steps == first.steps and first.witnessed == ()


def test_a_levels_own_task_is_done_when_the_level_says_so() -> None:
    """The toy game says that it is won when the gem is taken, and at nothing else."""
    job = Job(seed=SEEDS[0], goal={"facing.blocked": 1})
    with here(kit_of(walk("up"))) as played:
        facts, level = played(job), played(replace(job, own_task=True))
    assert facts.goal_reached and not level.goal_reached
    assert facts.results == level.results


@pytest.mark.slow
def test_what_cannot_be_reached_is_not_tried(pool: JobPool) -> None:
    job = Job(seed=SEEDS[0], goal={"gem": 1}, skill="walk_up")
    (result,) = run(pool, kit_of(walk("up")), job)
    assert (result.goal_reached, result.attempt, result.states, result.aborted) == (False, None, (), "")
    assert result.steps == 0


def test_a_game_that_breaks_down_is_aborted_and_not_failed(pool: JobPool) -> None:
    kit = kit_of(PATIENT, crash_after=20)
    before = processes(pool)
    jobs = [Job(seed=seed, skill="wait") for seed in SEEDS[:3]]
    results = run(pool, kit, *jobs)
    # 12 steps each; the second attempt crosses step 20 of this game object, as does every later one
    assert [r.aborted == "" for r in results] == [True, False, False]
    assert results[0].attempt is not None and results[0].attempt.verdict.outcome == "not_done"
    assert "RuntimeError: toy crashed on purpose: crash_after=20 steps are over" in results[1].aborted
    for broken in results[1:]:
        assert (broken.attempt, broken.results, broken.states, broken.steps) == (None, (), (), 0)
        assert not broken.goal_reached
    assert processes(pool) == before  # the worker itself goes on


@pytest.mark.slow
def test_a_worker_that_dies_is_reported_and_replaced(pool: JobPool, tmp_path: Path) -> None:
    kit = kit_of(CHOP, walk("up"), networks={"chop": Deadly(tmp_path)})
    (tmp_path / "9").touch()
    before = processes(pool)
    jobs = [
        Job(seed=SEEDS[0], skill="chop"),
        Job(seed=SEEDS[1], skill="walk_up"),
        Job(seed=SEEDS[2], skill="chop"),
    ]
    results = run(pool, kit, *jobs)
    assert results[0].aborted == "the worker ended with exit code 9"
    assert (results[0].attempt, results[0].results) == (None, ())
    assert results[1].attempt is not None and results[1].attempt.verdict.outcome == "done"
    assert results[2].attempt is not None and results[2].attempt.verdict.outcome == "not_done"
    assert processes(pool) != before


@pytest.mark.slow
def test_a_worker_killed_from_outside_is_replaced(pool: JobPool) -> None:
    kit = kit_of(walk("up"))
    os.kill(processes(pool)[0], signal.SIGKILL)
    first, second = run(pool, kit, *(Job(seed=seed, skill="walk_up") for seed in SEEDS[:2]))
    assert first.aborted == "the worker ended with exit code -9"
    assert second.attempt is not None and second.attempt.verdict.outcome == "done"


@pytest.mark.slow
def test_a_kit_that_cannot_be_opened_is_aborted(pool: JobPool) -> None:
    kit = kit_of(walk("up"), no_such_option=1)
    before = processes(pool)
    for result in run(pool, kit, *(Job(seed=seed, skill="walk_up") for seed in SEEDS[:2])):
        assert "no_such_option" in result.aborted.splitlines()[-1]
    assert processes(pool) == before  # the worker itself goes on
    (result,) = run(pool, kit_of(walk("up")), Job(seed=SEEDS[0], skill="walk_up"))
    assert result.aborted == ""


def test_closing_early_drops_the_rest(pool: JobPool) -> None:
    kit = kit_of(PATIENT)
    jobs = [Job(seed=seed, skill="wait") for seed in SEEDS]
    results = pool.run(kit, jobs)
    assert next(results).job == jobs[0]
    results.close()
    (after,) = run(pool, kit, jobs[5])
    assert after.job == jobs[5]  # nothing of the dropped jobs comes back


@pytest.mark.slow
def test_ctrl_c_is_left_to_the_parent_and_closing_leaves_no_process() -> None:
    pool = JobPool(2)
    before = processes(pool)
    for process in before:
        os.kill(process, signal.SIGINT)  # they are still starting up
    kit = kit_of(walk("up"))
    jobs = [Job(seed=seed, skill="walk_up") for seed in SEEDS[:4]]
    assert [result.aborted for result in run(pool, kit, *jobs)] == [""] * 4
    for process in before:
        os.kill(process, signal.SIGINT)
    assert [result.aborted for result in run(pool, kit, *jobs)] == [""] * 4
    assert processes(pool) == before
    pool.close()
    assert not set(before) & {process.pid for process in multiprocessing.active_children()}


def test_results_are_put_in_order_as_soon_as_they_can_be() -> None:
    jobs = [Job(seed=seed) for seed in (5, 7, 9)]
    taken: list[int] = []

    def results() -> Iterator[JobResult]:
        for index in (1, 0, 2):
            taken.append(index)
            yield JobResult(job=jobs[index])

    ordered = in_order(jobs, results())
    assert next(ordered).job == jobs[0]
    assert taken == [1, 0]
    assert [r.job for r in ordered] == jobs[1:]


def test_origins_of_saved_states_survive(pool: JobPool) -> None:
    game = make_game("toy")
    game.reset(SEEDS[4])
    start = Start(game.snapshot(), SEEDS[4])
    (result,) = run(pool, kit_of(walk("up")), Job(seed=SEEDS[0], start=start))
    assert result.states[0].start == start
    assert dict(result.states[0].facts) == game.facts()
    assert set(result.states[0].facts) == set(SPEC.fact_index)


def test_steps_are_counted_from_where_the_job_begins() -> None:
    with here(kit_of(walk("up"), walk("left"))) as played:
        first = played(Job(seed=SEEDS[1], skill="walk_up"))
        second = played(Job(seed=SEEDS[2], start=first.states[-1].start, skill="walk_left"))
    assert first.attempt is not None and second.attempt is not None
    assert first.steps == first.attempt.env_steps > 0
    assert second.steps == second.attempt.env_steps
    assert second.results == (second.attempt,)  # nothing of the job before


class TestPolicyJobs:
    """Jobs that carry out a policy over skills."""

    ONCE = "def choose(start, facts, last, failures):\n    return '' if last else 'walk_up'\n"
    NEVER = "def choose(start, facts, last, failures):\n    return ''\n"
    ENDLESS = "def choose(start, facts, last, failures):\n    return 'wait'\n"

    @staticmethod
    def of(source: str, **more: Any) -> JobResult:
        """One such job, with the goal of standing before something."""
        policy = PolicyOverSkills(
            task="go up", source=source, skills=("walk_up", "wait"), goal={"facing.blocked": 1}
        )
        with here(kit_of(walk("up"), PATIENT)) as played:
            return played(Job(seed=SEEDS[0], policy=policy, **more))

    def test_one_that_does_its_task(self) -> None:
        result = self.of(self.ONCE)
        assert result.goal_reached
        assert [execution.skill for execution in result.results] == ["walk_up"]
        assert [state.label for state in result.states] == ["reach"]
        assert result.states[0].facts == result.results[0].after
        assert result.attempt is None and result.steps == result.results[0].env_steps

    def test_one_that_does_not_leads_nowhere(self) -> None:
        result = self.of(self.NEVER, skill="walk_up")
        assert (result.goal_reached, result.states, result.attempt, result.steps) == (False, (), None, 0)

    def test_it_has_so_many_steps(self) -> None:
        result = self.of(self.ENDLESS, max_steps=20)
        assert (result.goal_reached, result.steps) == (False, 20)


@dataclass
class Drawing:
    """A network that only draws."""

    drawn: list[float] = field(default_factory=list)

    def act(
        self, encoding: np.ndarray, rng: np.random.Generator, temperature: float, forbidden: tuple[int, ...]
    ) -> int:
        self.drawn.append(rng.random())
        return ACTIONS.index("noop")


def test_draws_follow_from_the_jobs_seed_alone() -> None:
    network = Drawing()
    with here(kit_of(CHOP, networks={"chop": network})) as played:
        for seed in (SEEDS[0], SEEDS[1], SEEDS[0]):
            played(Job(seed=seed, skill="chop"))
    first, second, third = (
        network.drawn[i : i + CHOP.step_cap] for i in (0, CHOP.step_cap, 2 * CHOP.step_cap)
    )
    assert first == third != second


class TestRequests:
    """States in which the guard began to ask for something."""

    def test_only_so_many_are_kept_and_none_once_the_episode_is_over(self) -> None:
        game, notes = make_game("toy"), Notes()
        game.reset(SEEDS[0], max_steps=1)
        notes.request(game, "first")
        assert notes.requests == [("first", game.snapshot(), game.facts())]
        assert game.step(0) is EndStatus.TIME_LIMIT
        notes.request(game, "late")
        game.reset(SEEDS[0])
        for _ in range(10):
            notes.request(game, "more")
        assert [skill for skill, *_ in notes.requests] == ["first"] + ["more"] * (MOST_REQUEST_STATES - 1)
        notes.clear()
        assert notes == Notes()

    def test_what_is_asked_for_at_the_end_of_one_job_is_new_in_the_next(self) -> None:
        asks = GuardCode(source="def guard(facts, remaining): return 'fly'", ranking=("fly",))
        with here(replace(kit_of(PATIENT), guard=asks)) as played:
            for seed in SEEDS[:2]:
                result = played(Job(seed=seed, skill="wait"))
                assert [s.label for s in result.states] == ["reach", request_label("fly")]


class TestOpening:
    """A kit's player and game are opened together; its code stays loaded for the next kit."""

    @pytest.fixture
    def closed(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """What was closed, in order."""
        closed: list[str] = []

        class Noting(WrappedGame):
            def close(self) -> None:
                closed.append("game")

        monkeypatch.setattr(
            "agent.play.job_player.make_game", lambda name, **options: Noting(make_game(name))
        )
        return closed

    def test_closing_frees_the_game(self, closed: list[str]) -> None:
        player = JobPlayer(kit_of(walk("up")))
        assert player.play(Job(seed=SEEDS[0], skill="walk_up")).attempt is not None
        assert closed == []
        player.close()
        assert closed == ["game"]
        again = JobPlayer(kit_of(walk("up")))
        assert again.play(Job(seed=SEEDS[0], skill="walk_up")).attempt is not None
        again.close()

    def test_a_player_that_cannot_be_opened_leaves_no_game(
        self, closed: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agent.play.job_player.Player", lambda *args, **rest: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            JobPlayer(kit_of(walk("up")))
        assert closed == ["game"]


NO_CODE = "def guard(:"
"""Code that cannot be loaded."""


def test_a_guard_and_a_shield_that_cannot_be_loaded_are_done_without() -> None:
    kit = replace(kit_of(walk("up")), guard=GuardCode(source=NO_CODE, ranking=("fly",)))
    kit = replace(kit, shield=ShieldCode(source="x = 1 / 0"))
    with here(kit) as played:
        result = played(Job(seed=SEEDS[0], skill="walk_up"))
    assert result.attempt is not None and result.attempt.verdict.outcome == "done"


def test_a_policy_that_cannot_be_loaded_is_broken() -> None:
    policy = PolicyOverSkills(task="walk", source="def choose(:", skills=("walk_up",), goal={"gem": 1})
    with here(kit_of(walk("up"))) as played:
        result = played(Job(seed=SEEDS[0], policy=policy))
    assert not result.goal_reached
    (ended,) = [event for event in result.events if event["kind"] == "play_ended"]
    assert ended["end"] in ("broken", "stuck") and "choose: syntax error" in ended["reason"]


@pytest.mark.parametrize("part", ["initiation", "termination"])
def test_a_skill_that_cannot_be_loaded_costs_only_its_own_executions(part: str) -> None:
    broken = replace(PATIENT, **{part: ("def broken(:",)})
    with here(kit_of(broken, walk("up"))) as played:
        (job, other) = (Job(seed=SEEDS[0], skill=name) for name in ("wait", "walk_up"))
        first, second = played(job), played(other)
    assert first.attempt is not None and first.attempt.fault.startswith(f"{part}: ")
    assert first.attempt.verdict.outcome == "unclear" and first.aborted == ""
    assert second.attempt is not None and second.attempt.verdict.outcome == "done"


TIME_BOMB = (
    "def {head}:",
    "    x = (0,)",
    "    for i in range(60):",
    "        x = (x, x)",
    "    return {x: 1}",
)


@pytest.mark.parametrize("part", ["initiation(facts)", "termination(start, facts, steps)"])
def test_plans_with_a_skill_whose_code_fails_go_on(part: str) -> None:
    lines = tuple(line.replace("{head}", part) for line in TIME_BOMB)
    broken = replace(PATIENT, obtains={"did.collect_gem": 1}, **{part.partition("(")[0]: lines})
    with here(kit_of(broken, walk("up"))) as played:
        stuck = played(Job(seed=SEEDS[0], goal={"did.collect_gem": 1}, max_steps=60))
        reached = played(Job(seed=SEEDS[0], goal={"facing.blocked": 1}))
    assert (stuck.aborted, stuck.goal_reached, reached.goal_reached) == ("", False, True)
    assert stuck.results and all(execution.fault for execution in stuck.results)


class NoSandbox:
    """A servant whose sandbox does not work."""

    def play(self, job: Job) -> JobResult:
        raise SandboxUnavailable("the sandbox cannot start")

    def close(self) -> None:
        """Nothing to free."""


@pytest.mark.slow
def test_a_sandbox_that_does_not_work_is_no_aborted_play() -> None:
    pool = JobPool(1)
    pool._kit = kit = kit_of(walk("up"))
    pool._pool.make = SameEverywhere(NoSandbox)
    with pytest.raises(SandboxUnavailable, match="cannot start"):
        run(pool, kit, Job(seed=SEEDS[0], skill="walk_up"))
    pool.close()
