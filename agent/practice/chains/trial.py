"""Whether a chain is worth having: rehearsed, tried like any skill, compared with planning its parts."""

from __future__ import annotations

from collections.abc import Sequence

from agent.play.jobs import Job, JobResult
from agent.practice.admission import passes
from agent.practice.arenas import Beginnings
from agent.practice.chains.comparison import Comparison, compare
from agent.practice.chains.distilling import distil
from agent.practice.chains.rehearsal import owe_handoffs, rehearsed
from agent.practice.play import job_seed, play
from agent.practice.roster import Candidate, Roster
from agent.practice.session import Session
from agent.practice.session_state import SkillProgress
from agent.practice.start_states import StateSearch
from agent.practice.trials import Trial, TrialOutcome, draw_states
from envs.rollout.episode import Start
from skills.skill import Skill

CHAIN_TRIALS = 24
"""Held-out states in which a chain is tried and compared with planning; twice as many others decide."""
FEWEST_STARTS = 12
"""Held-out states without which a chain is not tried."""


def consider(session: Session, roster: Roster, beginnings: Beginnings, parts: Sequence[Skill]) -> None:
    """Rehearse a chain, try it, compare it; admit it, or keep a note of why not."""
    names = [part.name for part in parts]
    draft = rehearsed(session, roster, parts)
    if isinstance(draft, str):
        note(session, names, draft)
        return
    _enter(session, draft)
    search = StateSearch(session, roster, beginnings, draft)
    starts = list(search.find(0, CHAIN_TRIALS).held_out)
    if len(starts) < FEWEST_STARTS:
        note(session, names, f"only {len(starts)} held-out states to try it in", draft.name)
        return
    trial, played = try_chain(session, roster, draft, starts)
    if not (trial.counts and passes(trial)):
        outcome = trial.outcome
        note(session, names, f"it succeeded in {outcome.successes} of {outcome.attempts}", draft.name)
        return
    comparison, decided = _compared(session, roster, draft, played), False
    if comparison.promising:  # of many chains some seem better by chance, so other states decide
        used = {start.snapshot for start, _ in played}
        others = [one for one in search.find(0, 3 * CHAIN_TRIALS).held_out if one.snapshot not in used]
        others = others if len(others) >= FEWEST_STARTS else starts
        again, played = try_chain(session, roster, draft, others, 2 * CHAIN_TRIALS)
        comparison = _compared(session, roster, draft, played)
        trial = Trial(candidate=trial.candidate, outcome=again.outcome, stats=trial.stats + again.stats)
        decided = comparison.better and passes(trial)
    if not decided:
        note(session, names, f"planning its parts does as well: {comparison.sentence}", draft.name)
        return
    roster.admit(trial.candidate, trial.stats)
    if session.config.distil_chains:
        distil(session, roster, search, roster.skills[draft.name], parts, starts)
    session.progress.note(f"{draft.name}: a chain of {', '.join(names)}; {comparison.sentence}")


def _compared(
    session: Session, roster: Roster, draft: Skill, played: Sequence[tuple[Start, JobResult]]
) -> Comparison:
    comparison = compare(session, roster, draft, played)
    session.run.event("chain_compared", skill=draft.name, **comparison.to_record())
    return comparison


def note(session: Session, parts: Sequence[str], reason: str, name: str = "") -> None:
    """Keep why a chain was not admitted, in the record of the run; what play showed of it is in the graph."""
    session.state.skills.pop(name, None)
    session.run.event("chain_noted", parts=list(parts), skill=name, reason=reason)


def _enter(session: Session, draft: Skill) -> None:
    """Put the chain into the graph, with what rehearsals showed as its claim; no plan can use it yet."""
    session.graph.add_skill(
        draft.name,
        draft.kind,
        draft.effects,
        description=draft.description,
        success_in_words=draft.claim,
        answer_id="".join(draft.lineage.answers),
        step_cap=draft.step_cap,
    )
    session.state.skills[draft.name] = SkillProgress()


def try_chain(
    session: Session, roster: Roster, draft: Skill, starts: Sequence[Start], n: int = CHAIN_TRIALS
) -> tuple[Trial, list[tuple[Start, JobResult]]]:
    """Execute a chain in `n` held-out states; the trial, and every state with what happened in it."""
    candidate = Candidate(draft)
    order = [starts[i] for i in draw_states(session.rng, len(starts), n)]
    jobs = [Job(seed=job_seed(session), start=start, skill=draft.name) for start in order]
    outcomes = play(session, roster, roster.kit_with(candidate), jobs, on_trial=draft.name)
    outcome = TrialOutcome.of(outcomes)
    owe_handoffs(session, outcomes, draft)
    roster.learn(outcome.results)
    progress = session.state.skills[draft.name]
    progress.rounds += 1
    progress.rates.append(outcome.rate)
    trial = Trial(candidate=candidate, outcome=outcome, stats=outcome.stats)
    session.run.event(
        "chain_tried", skill=draft.name, successes=outcome.successes, attempts=outcome.attempts,
        aborted=outcome.aborted, lower_bound=round(trial.lower_bound, 4),
    )  # fmt: skip
    return trial, list(zip(order, outcomes, strict=True))
