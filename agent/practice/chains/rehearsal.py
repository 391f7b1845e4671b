"""Rehearsals of a new chain: what it brings is taken from executions of the whole."""

from __future__ import annotations

from collections.abc import Sequence

from agent.design.chains import Named, name_chain
from agent.play.jobs import Job, JobResult
from agent.practice.play import play
from agent.practice.roster import Candidate, Roster
from agent.practice.session import Session
from agent.practice.start_states import is_held_out, practice_seed
from envs.rollout.episode import Start
from planners.execution.chain import nothing_left
from planners.plan import Execution
from skills.chains.effects import effects_in_play, summed_effects
from skills.chains.naming import template_name
from skills.chains.record import chain_skill
from skills.skill import Effects, Lineage, Skill, lacking

REHEARSALS = 8
"""Executions of a new chain from which its effects are taken."""
CAP_FACTOR = 4
"""Step cap of a chain, as a multiple of its longest complete rehearsal; at most the caps of its parts."""
LEAST_COMPLETE = 4
"""Rehearsals in which all parts must have been done."""
WANTED_HANDOFF_RATE = 0.75
"""Success rate of a part as it is handed over to, below which it is practised from such states."""
LEAST_HANDOFFS = 4
"""Executions as a part that tell anything of it."""


def rehearsed(session: Session, roster: Roster, parts: Sequence[Skill]) -> Skill | str:
    """The chain with effects from play, or why it is none."""
    kinds, graph = session.spec.fact_kinds, session.graph
    beliefs = [graph.belief(part.name) for part in parts]
    claim = summed_effects(beliefs, kinds).model_copy(update={"obtains": {}})
    trial_name = template_name([part.name for part in parts], {*roster.skills, *graph.skills()})
    lineage = Lineage(run=session.run.name, source=session.answer_source, seed=session.config.seed)
    cap = sum(graph.step_cap(part.name) for part in parts)
    draft = chain_skill(trial_name, "", parts, claim, step_cap=cap, lineage=lineage)
    draft = draft.model_copy(update={"claim": ""})  # whether the parts were done is all that is asked
    done, attempts = _rehearse(session, roster, draft)
    if len(done) < LEAST_COMPLETE:
        return f"all parts were done in {len(done)} of {attempts} rehearsals; expected {LEAST_COMPLETE}"
    effects = effects_in_play(beliefs, [(one.before, one.after) for one in done], kinds)
    if not parts[-1].claim and (reason := _worthless(session, effects)):
        return reason
    longest = max(one.env_steps for one in done)
    named = name_chain(session.model, session.spec, parts, effects, {*roster.skills, *graph.skills()})
    return _record(draft, parts, effects, named, min(cap, CAP_FACTOR * longest))


def _record(draft: Skill, parts: Sequence[Skill], effects: Effects, named: Named, cap: int) -> Skill:
    answers = (named.answer_id,) if named.answer_id else ()
    lineage = draft.lineage.model_copy(update={"answers": answers})
    return chain_skill(named.name, named.description, parts, effects, step_cap=cap, lineage=lineage)


def _rehearse(session: Session, roster: Roster, draft: Skill) -> tuple[list[Execution], int]:
    """Executions in which all parts were done, and how many there were with a clear outcome."""
    kit = roster.kit_with(Candidate(draft))
    starts: list[Start | None] = list(_rehearsal_starts(session, draft, roster))
    if len(starts) < REHEARSALS and not draft.effects.needs:
        starts += [None] * (REHEARSALS - len(starts))
    jobs = [Job(seed=practice_seed(session), start=start, skill=draft.name) for start in starts[:REHEARSALS]]
    outcomes = play(session, roster, kit, jobs, on_trial=draft.name)
    owe_handoffs(session, outcomes, draft)
    attempts = [outcome.attempt for outcome in outcomes if outcome.attempt is not None]
    clear = [one for one in attempts if one.verdict.success is not None and not one.fault]
    return [one for one in clear if one.verdict.success], len(clear)


def _rehearsal_starts(session: Session, draft: Skill, roster: Roster) -> list[Start]:
    """Saved states, none of them held out, with what the parts need and something to do for the first one."""
    graph, first = session.graph, draft.policy.parts[0]
    belief, found = graph.belief(first), []
    offers = session.bank.states(draft.effects.needs)
    for index in session.rng.permutation(len(offers)).tolist():
        start, row = offers[index]
        facts = dict(zip(session.fact_names, row.tolist(), strict=True))
        if is_held_out(start.origin) or roster.urgent(facts) or lacking(belief.needs, facts):
            continue
        if not nothing_left(belief.obtains, graph.kinds, graph.highs, facts):
            found.append(start)
        if len(found) >= REHEARSALS:
            break
    return found


def _worthless(session: Session, effects: Effects) -> str:
    """Why effects are none to have a skill for; empty where they are."""
    if not effects.obtains:
        return "nothing came true in most rehearsals"
    graph = session.graph
    for name in graph.skills():
        own = graph.belief(name).obtains
        if graph.available(name) and all(own.get(fact, 0) >= n for fact, n in effects.obtains.items()):
            return f"it brings nothing that {name} does not bring"
    return ""


def owe_handoffs(session: Session, outcomes: Sequence[JobResult], draft: Skill) -> None:
    """Have parts that often failed as they were handed over to practised once more, from such states."""
    for part in dict.fromkeys(draft.policy.parts[1:]):
        results = [result for outcome in outcomes for result in outcome.results if result.skill == part]
        verdicts = [r.verdict.success for r in results if r.verdict.success is not None]
        progress = session.state.skills.get(part)
        if progress is None or len(verdicts) < LEAST_HANDOFFS:
            continue
        if sum(verdicts) < WANTED_HANDOFF_RATE * len(verdicts):
            progress.handoff_rounds = 1
            session.run.event("handoff_owed", skill=part, successes=sum(verdicts), attempts=len(verdicts))
