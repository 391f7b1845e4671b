"""Trials: which states, which guards, what counts as evidence, when a version is better."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.play.jobs import Job, JobResult, SavedState
from agent.practice.admission import giving_up
from agent.practice.play import FRESH_LABEL
from agent.practice.roster import Candidate
from agent.practice.trials import (
    FIRST_TRIALS,
    LEARNED_TRIALS,
    SCRIPTED_TRIALS,
    TrialOutcome,
    draw_states,
    probe_needs,
    try_out,
)
from agent.testing.abilities import Ability, kit_of
from agent.testing.pools import StandInPool
from agent.testing.toy import NAMES, SPEC, walk
from envs.rollout.episode import Start
from envs.seeding import EVALUATION_BASE
from planners.plan import Execution
from skills.code.functions import RewardFunction
from skills.code.sandbox import Sandbox
from skills.errors import SandboxUnavailable
from skills.skill import Effects, SkillStats
from tests.agent.practice.small_session import Small, small_session
from tests.agent.scripted import result

CHOP = Ability(name="chop", obtains={"wood": 1})
"""A learned skill."""
PICK = Ability(
    name="pick", kind="craft", obtains={"pick": 1}, consumes={"wood": 1}, action="make_pick", until=False
)
"""A scripted one: a single action."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Weights that are never looked into: `StandInPool` plays without them."""
    monkeypatch.setattr("skills.network.NumpyNetwork.load", lambda path: f"network of {Path(path).name}")
    return tmp_path / "policy.zip"


def no_play(job: Job) -> JobResult:
    raise AssertionError(f"nothing was to be played: {job}")


def starts_of(n: int) -> list[Start]:
    return [Start(bytes([i]), i) for i in range(n)]


def replying(*outcomes: str, **facts: int) -> Callable[[Job], JobResult]:
    """One outcome after the other, over and over."""
    given = iter(outcomes * 200)

    def play(job: Job) -> JobResult:
        attempt = result(job.skill, next(given), 10, **facts)
        return JobResult(job=job, steps=10, goal_reached=True, attempt=attempt, results=(attempt,))

    return play


def test_the_outcome_counts_clear_executions_only() -> None:
    outcome = TrialOutcome(
        (result("a", "done", 4), result("a", "unclear", 100), result("a", "not_done", 8)), aborted=2
    )
    assert (outcome.successes, outcome.attempts, outcome.rate, outcome.mean_steps) == (1, 2, 0.5, 6.0)
    nothing = TrialOutcome((), 3, "broke")
    assert (nothing.attempts, nothing.rate, nothing.mean_steps) == (0, 0.0, 0.0)
    both = outcome + nothing
    assert (both.results, both.aborted, both.fault) == (outcome.results, 5, "broke")


def test_play_that_mostly_broke_down_is_broken() -> None:
    one = (result("a", "done"),)
    assert not TrialOutcome(one, 1).broken
    assert TrialOutcome(one, 2, "it broke").broken


def test_every_state_is_drawn_before_any_is_drawn_again() -> None:
    order = draw_states(np.random.default_rng(0), 3, 7)
    assert len(order) == 7
    assert sorted(order[:3]) == sorted(order[3:6]) == [0, 1, 2]


def test_every_job_has_a_seed_of_its_own(sandbox: Sandbox, tmp_path: Path) -> None:
    stand_in = StandInPool(lambda job: JobResult(job=job))
    own = small_session(tmp_path, stand_in, sandbox, walk("up"))
    own.attempt(kit_of(walk("up")), "walk_up", starts_of(3), 7)
    own.attempt(kit_of(walk("up")), "walk_up", starts_of(3), 3)
    assert len({job.seed for job in stand_in.jobs}) == 10
    assert all(job.seed < EVALUATION_BASE for job in stand_in.jobs)


def test_starts_are_drawn_without_replacement(sandbox: Sandbox, tmp_path: Path) -> None:
    stand_in = StandInPool(lambda job: JobResult(job=job))
    own = small_session(tmp_path, stand_in, sandbox, walk("up"))
    own.attempt(kit_of(walk("up")), "walk_up", starts_of(3), 7)
    used = [job.start.origin for job in stand_in.jobs if job.start is not None]
    assert len(used) == 7
    assert sorted(used[:3]) == sorted(used[3:6]) == [0, 1, 2]


def test_no_starts_no_attempts(sandbox: Sandbox, tmp_path: Path) -> None:
    own = small_session(tmp_path, StandInPool(no_play), sandbox)
    assert own.attempt(kit_of(), "x", [], 5) == TrialOutcome()


def test_guards_may_not_interrupt_a_single_action(sandbox: Sandbox, tmp_path: Path) -> None:
    stand_in = StandInPool(lambda job: JobResult(job=job))
    once = Ability(name="once", obtains={"pick": 1}, action="make_pick", until=False)
    learned = Ability(name="learned", obtains={"wood": 1})
    own = small_session(tmp_path, stand_in, sandbox, once, walk("up"), learned)
    kit = kit_of(once, walk("up"), learned)
    for name in kit.skills:
        own.attempt(kit, name, [Start(b"", 1)], 1)
    assert [(job.skill, job.guarded) for job in stand_in.jobs] == [
        ("once", False), ("walk_up", True), ("learned", True),
    ]  # fmt: skip


def test_the_skill_on_trial_is_no_evidence_yet_and_broken_play_never(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    other, tried = result("chop", "done", 3), result("walk_up", "done", 2)
    on_the_way = result("walk_up", "not_done", 1)

    def play(job: Job) -> JobResult:
        if job.start == Start(b"bad", 2):
            return JobResult(job=job, aborted="Traceback\n  somewhere\nRuntimeError: it broke\n")
        return JobResult(
            job=job, steps=5, goal_reached=True, results=(on_the_way, other, tried), attempt=tried
        )

    own = small_session(tmp_path, StandInPool(play), sandbox, walk("up"), CHOP)
    learned: list[Execution] = []
    own.roster.learn = lambda executions, **rest: learned.extend(executions)  # type: ignore[method-assign]
    outcome = own.attempt(kit_of(walk("up")), "walk_up", [Start(b"good", 1), Start(b"bad", 2)], 4)
    assert outcome == TrialOutcome((tried, tried), 2, "RuntimeError: it broke")
    assert learned == [other, other]
    assert own.budget.spent.count(5) == 2 and sum(own.budget.spent) == 10


def test_states_on_the_way_are_kept_with_their_label(sandbox: Sandbox, tmp_path: Path) -> None:
    facts = dict.fromkeys(NAMES, 0) | {"wood": 3}

    def play(job: Job) -> JobResult:
        states = tuple(
            SavedState(start=Start(b"s", job.seed), facts=facts, label=x) for x in ("reach", "walk_up")
        )
        attempt = result("walk_up", "done")
        return JobResult(job=job, goal_reached=True, attempt=attempt, results=(attempt,), states=states)

    own = small_session(tmp_path, StandInPool(play), sandbox, walk("up"))
    own.attempt(kit_of(walk("up")), "walk_up", [Start(b"a", 1)], 2)
    assert own.bank.labels == {FRESH_LABEL: 2, "walk_up": 2}
    assert own.bank.states({"wood": 3})[0][1][NAMES.index("wood")] == 3
    assert Effects(obtains={"wood": 1}).needs == {}


def test_mean_return_counts_success_steps_and_what_the_reward_punishes(sandbox: Sandbox) -> None:
    """5 for success, -1 for failure, a hundredth per step, and the designed reward from first to last."""
    names = [fact.name for fact in SPEC.facts]
    reward = RewardFunction(sandbox, "def reward(before, after):\n    return 0.5 * after['wood']", names)
    quick, slow = result("chop", "done", 10, wood=1), result("chop", "done", 60)
    failed, unclear = result("chop", "not_done", 20), result("chop", "unclear", 500)
    assert TrialOutcome((quick,), 0).mean_return(reward, SPEC) == pytest.approx(5 + 0.5 - 0.1)
    assert TrialOutcome((slow, unclear), 0).mean_return(reward, SPEC) == pytest.approx(5 - 0.6)
    assert TrialOutcome((slow, failed), 0).mean_return(reward, SPEC) == pytest.approx((4.4 - 1.2) / 2)
    assert TrialOutcome((unclear,), 0).mean_return(reward, SPEC) == -math.inf


class TestTryOut:
    """One trial of a candidate: how often, what it is judged by, what it leaves behind."""

    @staticmethod
    def of(
        ability: Ability, play: Callable[[Job], JobResult], sandbox: Sandbox, tmp_path: Path, **rest: Any
    ) -> tuple[Small, StandInPool]:
        pool = StandInPool(play)
        return small_session(tmp_path, pool, sandbox, also_known=[ability], **rest), pool

    def test_a_learned_skill_is_tried_forty_times(
        self, sandbox: Sandbox, tmp_path: Path, network: Path
    ) -> None:
        own, pool = self.of(CHOP, replying("done", "not_done"), sandbox, tmp_path)
        trial = try_out(own.session, Candidate(CHOP.skill, network), starts_of(5), own.roster)
        assert len(pool.jobs) == LEARNED_TRIALS == 40
        assert (trial.stats.successes, trial.stats.attempts, trial.better) == (20, 40, True)
        progress = own.session.state.skills["chop"]
        assert (progress.rounds, progress.rates) == (1, [0.5])
        assert own.session.graph.stats("chop") == trial.stats

    @pytest.mark.parametrize(("clear", "times"), [(20, 40), (19, 80)])
    def test_forty_more_where_guards_got_in_the_way(
        self, sandbox: Sandbox, tmp_path: Path, network: Path, clear: int, times: int
    ) -> None:
        """Of the first forty, fewer than half with a clear outcome do not tell enough."""
        first = iter(["done"] * clear + ["unclear"] * (LEARNED_TRIALS - clear) + ["done"] * LEARNED_TRIALS)
        own, pool = self.of(CHOP, lambda job: replying(next(first))(job), sandbox, tmp_path)
        trial = try_out(own.session, Candidate(CHOP.skill, network), starts_of(5), own.roster)
        assert len(pool.jobs) == times
        assert trial.stats.attempts == clear + times - LEARNED_TRIALS
        assert own.session.state.skills["chop"].rounds == 1

    @pytest.mark.parametrize(("outcome", "times"), [("done", SCRIPTED_TRIALS), ("not_done", FIRST_TRIALS)])
    def test_a_scripted_skill_is_looked_at_first(
        self, sandbox: Sandbox, tmp_path: Path, outcome: str, times: int
    ) -> None:
        own, pool = self.of(PICK, replying(outcome, wood=3), sandbox, tmp_path)
        try_out(own.session, Candidate(PICK.skill), starts_of(5), own.roster)
        assert len(pool.jobs) == times

    def test_trials_of_a_scripted_skill_are_judged_together(self, sandbox: Sandbox, tmp_path: Path) -> None:
        own, _ = self.of(PICK, replying("done", "not_done", wood=3), sandbox, tmp_path)
        trials = [try_out(own.session, Candidate(PICK.skill), starts_of(5), own.roster) for _ in range(2)]
        assert [trial.stats.attempts for trial in trials] == [12, 24]
        assert [trial.outcome.attempts for trial in trials] == [12, 12]

    def test_a_scripted_skill_of_which_nothing_came_waits(self, sandbox: Sandbox, tmp_path: Path) -> None:
        own, _ = self.of(
            PICK, replying("unclear", "unclear", "unclear", "not_done", wood=3), sandbox, tmp_path
        )
        trial = try_out(own.session, Candidate(PICK.skill), starts_of(5), own.roster)
        assert trial.counts and not trial.outcome.successes
        progress = own.session.state.skills["pick"]
        assert (progress.waiting_since, progress.waiting_round, progress.rounds) == (0, 0, 1)
        assert len(own.events("waiting")) == 1

    def test_one_whose_needs_were_corrected_does_not_wait(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """Failures with everything that was claimed raise the claim: the next round is another trial."""
        own, _ = self.of(PICK, replying("not_done", wood=1), sandbox, tmp_path)
        try_out(own.session, Candidate(PICK.skill), starts_of(5), own.roster)
        assert own.session.graph.belief("pick").needs == {"wood": 2}
        assert own.events("waiting") == []

    def test_play_that_broke_down_counts_for_nothing(
        self, sandbox: Sandbox, tmp_path: Path, network: Path
    ) -> None:
        own, _ = self.of(CHOP, lambda job: JobResult(job=job, aborted="it broke"), sandbox, tmp_path)
        trial = try_out(own.session, Candidate(CHOP.skill, network), starts_of(5), own.roster)
        assert trial.outcome.broken and not trial.counts
        assert own.session.state.skills["chop"].rounds == 0

    def test_a_skill_without_weights_is_not_played(self, sandbox: Sandbox, tmp_path: Path) -> None:
        own, _ = self.of(CHOP, no_play, sandbox, tmp_path)
        trial = try_out(own.session, Candidate(CHOP.skill), starts_of(5), own.roster)
        assert not trial.counts and not trial.outcome.broken


class TestIncumbent:
    """A new version of an admitted skill has to beat the one in the library, from the same states."""

    @staticmethod
    def trial(
        sandbox: Sandbox, tmp_path: Path, network: Path, new: Sequence[str], old: Sequence[str]
    ) -> tuple[bool, list[dict[str, Any]], StandInPool]:
        chop = CHOP.skill.model_copy(update={"reward": "def reward(before, after):\n    return 0.0"})
        outcomes = {"network of policy.zip": iter(new * 40), "incumbent": iter(old * 40)}

        class Pool(StandInPool):
            def run(self, kit: Any, jobs: Sequence[Job]) -> Any:
                for job in jobs:
                    self.jobs.append(job)
                    attempt = result("chop", next(outcomes[kit.networks["chop"]]), 10)
                    yield JobResult(job=job, steps=10, goal_reached=True, attempt=attempt, results=(attempt,))

        pool = Pool(no_play)
        networks: Mapping[str, Any] = {"chop": "incumbent"}
        own = small_session(tmp_path, pool, sandbox, CHOP, networks=networks)
        own.session.state.skills["chop"].status = "admitted"
        trial = try_out(own.session, Candidate(chop, network), starts_of(5), own.roster)
        return trial.better, own.events("compared"), pool

    def test_a_better_version(self, sandbox: Sandbox, tmp_path: Path, network: Path) -> None:
        better, (told,), pool = self.trial(sandbox, tmp_path, network, ["done"], ["done", "not_done"])
        assert better
        assert (told["new"], told["old"], told["attempts"]) == (40, 20, 40)
        assert told["new_return"] > told["old_return"]
        origins = [job.start.origin for job in pool.jobs if job.start]
        assert set(origins[:40]) == set(origins[40:]) == set(range(5))

    def test_a_worse_version(self, sandbox: Sandbox, tmp_path: Path, network: Path) -> None:
        better, (told,), _ = self.trial(sandbox, tmp_path, network, ["done", "not_done"], ["done"])
        assert not better
        assert told["new_return"] < told["old_return"]

    def test_one_that_does_just_as_well_is_no_better(
        self, sandbox: Sandbox, tmp_path: Path, network: Path
    ) -> None:
        better, _, _ = self.trial(sandbox, tmp_path, network, ["done"], ["done"])
        assert not better


class TestProbes:
    """Whether what was claimed to be needed is needed: tried without it."""

    def test_probes_are_evidence_but_no_statistics(self, sandbox: Sandbox, tmp_path: Path) -> None:
        pool = StandInPool(replying("not_done"))
        own = small_session(tmp_path, pool, sandbox, PICK)
        stats = SkillStats(successes=11, failures=1)
        own.session.graph.set_stats("pick", stats)
        own.fill(6)
        probe_needs(own.session, own.roster)
        (told,) = own.events("probed")
        assert (told["skill"], told["without"], told["attempts"]) == ("pick", "wood", FIRST_TRIALS)
        assert len(pool.jobs) == FIRST_TRIALS
        assert own.session.graph.stats("pick") == stats
        assert own.session.graph.evidence("pick").failures == FIRST_TRIALS
        assert own.session.state.skills["pick"].probed == ["wood"]
        probe_needs(own.session, own.roster)
        assert len(pool.jobs) == FIRST_TRIALS  # not again

    def test_what_no_state_lacks_is_tried_later(self, sandbox: Sandbox, tmp_path: Path) -> None:
        own = small_session(tmp_path, StandInPool(no_play), sandbox, PICK)
        own.fill(6, wood=1)
        probe_needs(own.session, own.roster)
        assert own.session.state.skills["pick"].probed == []

    def test_learned_skills_are_not_probed(self, sandbox: Sandbox, tmp_path: Path) -> None:
        needy = Ability(name="chop", obtains={"wood": 1}, requires={"pick": 1})
        own = small_session(tmp_path, StandInPool(no_play), sandbox, needy)
        own.fill(6)
        probe_needs(own.session, own.roster)
        assert own.events("probed") == []


def test_executions_that_the_skills_own_code_ended_count_as_broken(sandbox: Sandbox, tmp_path: Path) -> None:
    def play(job: Job) -> JobResult:
        attempt = replace(result("walk_up", "unclear"), fault="termination: line 3")
        return JobResult(job=job, steps=5, goal_reached=True, attempt=attempt, results=(attempt,))

    own = small_session(tmp_path, StandInPool(play), sandbox, walk("up"))
    outcome = own.attempt(kit_of(walk("up")), "walk_up", starts_of(3), 4)
    assert (outcome.results, outcome.aborted, outcome.fault) == ((), 4, "termination: line 3")
    assert outcome.broken


def test_a_sandbox_that_does_not_work_ends_the_session_and_gives_nothing_up(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    def play(job: Job) -> JobResult:
        raise SandboxUnavailable("it does not start")

    own = small_session(tmp_path, StandInPool(play), sandbox, walk("up"))
    with pytest.raises(SandboxUnavailable), giving_up(own.session, "walk_up"):
        own.attempt(kit_of(walk("up")), "walk_up", starts_of(3), 4)
    assert own.session.state.skills["walk_up"].status == "open"
    assert own.events("abandoned") == []
