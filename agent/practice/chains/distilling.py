"""One network from the executions of a chain, tried in the chain's place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.play.jobs import Job, JobResult
from agent.practice.admission import passes
from agent.practice.chains.comparison import Comparison, beside, clear
from agent.practice.play import job_seed, play
from agent.practice.roster import Candidate, Roster
from agent.practice.session import Session
from agent.practice.start_states import StateSearch
from agent.practice.training import round_folder
from agent.practice.trials import Trial, TrialOutcome, draw_states
from envs.rollout.episode import Start
from envs.seeding import child_seed
from skills.skill import FocusRecord, PolicyRecord, Skill
from skills.training.config import PPOConfig
from skills.training.spec import CloneSpec

DEMONSTRATIONS = 60
"""Executions of a chain that its network learns from; those that fail are left out."""
FEWEST_STEPS = 200
"""Steps of demonstrations without which nothing is learned."""
TRIALS = 24
"""Held-out states in which the network and the chain are compared."""


def distil(
    session: Session,
    roster: Roster,
    search: StateSearch,
    chain: Skill,
    parts: Sequence[Skill],
    held_out: Sequence[Start],
) -> None:
    """Have one network imitate a chain; it becomes the chain's next version if it does better.

    Args:
        session: the session.
        roster: what can be executed, the chain among it.
        search: finds states in which the chain may start.
        chain: as admitted.
        parts: in order.
        held_out: states to try it in.
    """
    focus = common_focus(parts)
    shown = _demonstrations(session, roster, search, chain, focus)
    candidate = _learned(session, chain, focus, shown)
    if candidate is None:
        session.run.event("not_distilled", skill=chain.name, reason="too few demonstrations")
        return
    comparison, trial = _beside_chain(session, roster, candidate, held_out)
    session.run.event(
        "distilled", skill=chain.name, successes=trial.stats.successes, attempts=trial.stats.attempts,
        lower_bound=round(trial.lower_bound, 4), wins=comparison.wins, losses=comparison.losses,
        pairs=comparison.pairs, p=round(comparison.chance, 4), chain_successes=comparison.plan_successes,
        steps=comparison.chain_steps, chain_steps=comparison.plan_steps,
    )  # fmt: skip
    if passes(trial) and comparison.better:
        roster.admit(candidate, trial.stats)


def common_focus(parts: Sequence[Skill]) -> FocusRecord:
    """What a network for the whole looks for: everything that the parts look for."""
    seek = tuple(dict.fromkeys(thing for part in parts for thing in part.focus.seek))
    explore = [part.focus.explore for part in parts if part.focus.seek]
    return FocusRecord(seek=seek, explore=explore[0] if explore else parts[0].focus.explore)


def _demonstrations(
    session: Session, roster: Roster, search: StateSearch, chain: Skill, focus: FocusRecord
) -> list[JobResult]:
    starts = search.find(DEMONSTRATIONS, 0).train
    if not starts:
        return []
    order = draw_states(session.rng, len(starts), DEMONSTRATIONS)
    jobs = [
        Job(seed=job_seed(session), start=starts[i], skill=chain.name, demonstrate=focus.focus())
        for i in order
    ]
    played = play(session, roster, roster.kit, jobs)
    return [one for one in played if one.attempt is not None and one.attempt.verdict.success]


def _learned(
    session: Session, chain: Skill, focus: FocusRecord, shown: Sequence[JobResult]
) -> Candidate | None:
    """The network and its record; None when too little was shown."""
    arrays = [one.demonstration.arrays() for one in shown if one.demonstration is not None]
    arrays = [(seen, done) for seen, done in arrays if len(done)]
    if sum(len(done) for _, done in arrays) < FEWEST_STEPS:
        return None
    record = {"policy": PolicyRecord(kind="learned"), "focus": focus, "encoding": session.spec.encoding}
    skill = chain.model_copy(update=record)
    spec = CloneSpec(
        game=session.config.game,
        skill=skill,
        work_dir=round_folder(session, chain.name, 1),
        encodings=np.concatenate([encodings for encodings, _ in arrays]),
        actions=np.concatenate([actions for _, actions in arrays]),
        hidden=PPOConfig.for_game(session.spec).hidden,
        seed=child_seed(session.config.seed, "distil", chain.name),
    )
    cloned = session.slot.train(spec)
    session.run.event(
        "cloned", skill=chain.name, steps=cloned.steps, agreement=round(cloned.success_rate, 4),
        **session.slot.about,
    )  # fmt: skip
    lineage = chain.lineage.model_copy(update={"train_steps": cloned.steps})
    return Candidate(skill.model_copy(update={"lineage": lineage}), cloned.weights[chain.name])


def _beside_chain(
    session: Session, roster: Roster, candidate: Candidate, held_out: Sequence[Start]
) -> tuple[Comparison, Trial]:
    """The network and the chain from the same held-out states."""
    order = [held_out[i] for i in draw_states(session.rng, len(held_out), TRIALS)]

    def jobs() -> list[Job]:
        return [Job(seed=job_seed(session), start=start, skill=candidate.name) for start in order]

    network = play(session, roster, roster.kit_with(candidate), jobs(), on_trial=candidate.name)
    outcome = TrialOutcome.of(network)
    told = clear(list(zip(order, network, strict=True)))
    again = [Job(seed=job_seed(session), start=start, skill=candidate.name) for start, _, _ in told]
    rivals = play(session, roster, roster.kit, again, on_trial=candidate.name)
    return beside(told, rivals), Trial(candidate=candidate, outcome=outcome, stats=outcome.stats)
