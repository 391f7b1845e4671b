"""Trials: executions of a skill in states held out of its training, and their results."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.practice.judged.judging import audit_trial, errors_of, success_in_words
from agent.practice.judged.rates import NO_ERRORS, JudgeErrors, corrected
from agent.practice.judged.second_look import look_again
from agent.practice.judged.witnesses import keep_witnesses, witnessed
from agent.practice.play import job_seed, play
from agent.practice.roster import Candidate, Roster
from agent.practice.session import Session
from envs.game import GameSpec
from envs.rollout.episode import Start
from planners.plan import Execution
from skills.code.functions import RewardFunction
from skills.skill import SkillStats
from skills.training.config import PPOConfig

LEARNED_TRIALS = 40
"""Executions in a trial of a learned skill."""
SCRIPTED_TRIALS = 12
"""Executions in a trial of a scripted skill."""
FIRST_TRIALS = 4
"""Executions of a scripted skill before the rest: when none of them succeeds, more would tell nothing."""


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """How a skill did.

    Attributes:
        results: clear and unclear executions.
        aborted: jobs that could not be judged, or in which the skill's code failed.
        fault: why the last of them could not.
    """

    results: tuple[Execution, ...] = ()
    aborted: int = 0
    fault: str = ""

    @classmethod
    def of(cls, outcomes: Iterable[JobResult]) -> TrialOutcome:
        """The outcome of jobs that each executed the skill once."""
        tried, faults = [], []
        for outcome in outcomes:
            attempt = outcome.attempt
            if attempt is not None and attempt.fault:
                faults.append(attempt.fault)
            elif attempt is not None:
                tried.append(attempt)
            if outcome.aborted:
                faults.append(outcome.aborted.strip().splitlines()[-1])
        return cls(tuple(tried), len(faults), faults[-1] if faults else "")

    def __add__(self, more: TrialOutcome) -> TrialOutcome:
        """Both outcomes together."""
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
    def broken(self) -> bool:
        """Whether most jobs could not be judged, which says nothing about the skill."""
        return self.aborted > len(self.results)

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

    @property
    def mean_steps(self) -> float:
        """Game steps per clear execution."""
        clear = [result.env_steps for result in self.results if result.verdict.success is not None]
        return float(np.mean(clear)) if clear else 0.0

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A trial of one candidate.

    Attributes:
        candidate: what was tried.
        outcome: the executions.
        stats: what admission is decided by: of a learned skill this trial, of a scripted one, which practice
            does not change, all trials with the needs believed now.
        better: whether it did better than the version in the library; True where there is none.
        errors: of the judge, for which the success rate is corrected; none of facts.
        outdated: whether others corrected meanwhile what the skill needs, so that it is to be tried again.
    """

    candidate: Candidate
    outcome: TrialOutcome
    stats: SkillStats
    better: bool = True
    errors: JudgeErrors = NO_ERRORS
    outdated: bool = False

    @property
    def counts(self) -> bool:
        """Whether the trial is conclusive."""
        return not (self.outdated or self.outcome.broken) and self.outcome.attempts > 0

    @property
    def lower_bound(self) -> float:
        """Lower end of the 95 % interval of the success rate, corrected for the judge's errors."""
        stats = self.stats
        return corrected(stats.successes, stats.attempts, self.errors).low if stats.attempts else 0.0


def attempt(
    session: Session, roster: Roster, kit: Kit, skill: str, starts: Sequence[Start], n: int
) -> TrialOutcome:
    """Execute a skill `n` times, in states drawn without replacement as far as they go."""
    if not starts:
        return TrialOutcome()
    policy = kit.skills[skill].policy
    guarded = policy.kind != "scripted" or policy.until  # a single action is over before a guard matters
    order = draw_states(session.rng, len(starts), n)
    jobs = [Job(seed=job_seed(session), start=starts[i], skill=skill, guarded=guarded) for i in order]
    claim = success_in_words(session, kit.skills[skill])
    outcomes = play(session, roster, kit, witnessed(jobs) if claim else jobs, on_trial=skill)
    outcomes = look_again(session, skill, outcomes)
    if claim:
        keep_witnesses(session, skill, claim, outcomes)
    return TrialOutcome.of(outcomes)


def draw_states(rng: np.random.Generator, count: int, n: int) -> list[int]:
    """Indices of `n` states out of `count`, drawn without replacement as far as they go."""
    order: list[int] = []
    while len(order) < n:
        order += rng.permutation(count).tolist()
    return order[:n]


def try_out(session: Session, candidate: Candidate, states: Sequence[Start], roster: Roster) -> Trial:
    """Execute a candidate in held-out states; the executions enter the graph as evidence.

    A conclusive trial counts as a round of practice.
    """
    if candidate.learned and candidate.weights is None:
        return Trial(candidate=candidate, outcome=TrialOutcome(), stats=SkillStats())
    session.live.doing("trying", candidate.name)
    needs = needs_of(session, candidate.name)
    outcome = _execute(session, candidate, states, roster)
    if needs_of(session, candidate.name) != needs:
        roster.learn(outcome.results)
        session.run.event("outdated", skill=candidate.name, when="while it was tried")
        return Trial(candidate=candidate, outcome=outcome, stats=SkillStats(), outdated=True)
    progress = session.state.skills[candidate.name]
    stats = outcome.stats
    if not candidate.learned:
        stats = progress.pool(session.graph.belief(candidate.name).needs, stats)
    roster.learn(outcome.results)
    audit_trial(session, candidate.skill, outcome.results)
    errors = errors_of(session, candidate.skill)
    trial = Trial(candidate=candidate, outcome=outcome, stats=stats, errors=errors)
    if not trial.counts:
        return trial
    needs = session.graph.belief(candidate.name).needs
    if not candidate.learned and not outcome.successes and candidate.skill.effects.needs == needs:
        session.wait(candidate.skill)  # no success, and no claim was corrected
    better = progress.status != "admitted" or _beats_incumbent(session, trial, states, roster)
    progress.rounds += 1
    progress.handoff_rounds = 0
    progress.rates.append(outcome.rate)
    return Trial(candidate=candidate, outcome=outcome, stats=stats, better=better, errors=errors)


def needs_of(session: Session, skill: str) -> dict[str, int]:
    """What a skill is believed to need now."""
    return dict(session.graph.belief(skill).needs)


def _execute(session: Session, candidate: Candidate, states: Sequence[Start], roster: Roster) -> TrialOutcome:
    kit = roster.kit_with(candidate)

    def times(n: int) -> TrialOutcome:
        return attempt(session, roster, kit, candidate.name, states, n)

    if candidate.learned:
        outcome = times(LEARNED_TRIALS)
        if outcome.attempts < LEARNED_TRIALS // 2:  # guards interrupted too often to tell
            outcome += times(LEARNED_TRIALS)
        return outcome
    outcome = times(FIRST_TRIALS)
    if outcome.successes:
        outcome += times(SCRIPTED_TRIALS - FIRST_TRIALS)
    return outcome


def _beats_incumbent(session: Session, trial: Trial, states: Sequence[Start], roster: Roster) -> bool:
    """Whether a newly trained version does better than the admitted one from the same states.

    What counts is what training maximises: success, with few steps and with little that the designed reward
    punishes (wounds, above all), each execution taken as one transition.
    """
    outcome, skill = trial.outcome, trial.candidate.skill
    incumbent = attempt(session, roster, roster.kit, skill.name, states, len(outcome.results))
    reward = RewardFunction(session.sandbox, skill.reward, session.fact_names)
    new, old = outcome.mean_return(reward, session.spec), incumbent.mean_return(reward, session.spec)
    session.run.event(
        "compared", skill=skill.name, new=outcome.successes, old=incumbent.successes,
        attempts=len(outcome.results), new_return=round(new, 3), old_return=round(old, 3),
    )  # fmt: skip
    return new > old


def probe_needs(session: Session, roster: Roster) -> None:
    """Execute every scripted skill without one claimed need at a time, to see whether it is needed.

    Needs that no saved state lacks are probed after a later admission.
    """
    for name, skill in list(roster.skills.items()):  # others may be admitted meanwhile
        if skill.policy.kind == "scripted" and name in session.state.skills:
            _probe(session, roster, name)


def _probe(session: Session, roster: Roster, name: str) -> None:
    progress, needs = session.state.skills[name], session.graph.belief(name).needs
    for fact in [fact for fact in needs if fact not in progress.probed]:
        rest = {other: count for other, count in needs.items() if other != fact}
        column = session.spec.fact_index[fact]
        lacking = [start for start, facts in session.bank.states(rest) if facts[column] < needs[fact]]
        if lacking:
            progress.probed.append(fact)
            outcome = attempt(session, roster, roster.kit, name, lacking, FIRST_TRIALS)
            roster.learn(outcome.results, statistics=False)
            session.run.event(
                "probed", skill=name, without=fact, successes=outcome.successes, attempts=outcome.attempts
            )
