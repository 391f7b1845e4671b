"""Before the first skill is practised: tasks, claims, arenas, random play, guards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.design.arenas import choose_arenas
from agent.design.code import Designer, record_random_play
from agent.design.effects import SkillClaim, add_claim, ask_effects
from agent.design.option_trial import OptionTester
from agent.design.tasks import propose
from agent.llm.errors import NoRecordedAnswer, ReplyFault
from agent.llm.replies import ProposedTask
from agent.play.kit import GuardCode, ShieldCode
from agent.practice.arenas import ArenaStates, Beginnings
from agent.practice.joint_stage import train_jointly
from agent.practice.roster import Roster
from agent.practice.session import BY_PRACTICE, Session
from agent.practice.session_state import SkillProgress
from envs.registry import make_game
from planners.graph.validation import find_problems


def propose_tasks(session: Session) -> tuple[ProposedTask, ...]:
    """Ask what is worth learning. Raises `LLMError`."""
    tasks, answer = propose(session.model, session.spec)
    session.run.event("proposed", tasks=[task.name for task in tasks], answer_id=answer)
    session.progress.note(f"{len(tasks)} tasks proposed")
    return tasks


def claim_effects(session: Session, tasks: Sequence[ProposedTask], roster: Roster) -> list[SkillClaim]:
    """Ask, skill by skill, what each needs and gives; that is the skill graph's first version."""
    _tell_admissions(session, roster)
    claims = [claim for task in tasks if (claim := claim_of(session, task)) is not None]
    for claim in claims:
        enter_claim(session, claim, roster)
    for problem in find_problems(session.graph, session.spec):
        session.run.event("graph_problem", severity=problem.severity, message=problem.message)
    session.save()
    return claims


def claim_of(session: Session, task: ProposedTask) -> SkillClaim | None:
    """Ask what one task needs and gives; None without a usable answer. Raises `LLMError` as `ask_effects`."""
    try:
        return ask_effects(session.model, session.spec, task)
    except (ReplyFault, NoRecordedAnswer) as error:
        session.run.event("no_claim", skill=task.name, reason=str(error))
        session.progress.note(f"{task.name}: no usable claim")
        return None


def _tell_admissions(session: Session, roster: Roster) -> None:
    """Note what this run admitted and retired, and is not on record: it was killed in between."""
    events = list(session.run.events())
    told = {(event.get("skill"), event.get("version")) for event in events}
    for name, skill in roster.skills.items():
        if skill.lineage.run == session.run.name and (name, skill.version) not in told:
            session.run.event("admitted", skill=name, version=skill.version)
    retired = {event.get("skill") for event in events if event.get("kind") == "retired"}
    for name, progress in session.state.skills.items():
        if progress.status == "retired" and name not in retired:
            session.run.event("retired", skill=name, reason=progress.reason)


def enter_claim(session: Session, claim: SkillClaim, roster: Roster) -> None:
    """Put a claim into the graph; which skills are admitted is what the library says, not the run's state."""
    session.run.event(
        "claimed", skill=claim.task.name, answer_id=claim.answer_id, effects=claim.effects.model_dump(),
        claim=claim.task.claim,
    )  # fmt: skip
    graph, skills, name = session.graph, session.state.skills, claim.task.name
    if name not in graph:
        add_claim(graph, claim)
    known = roster.skills.get(name)
    graph.set_available(name, known is not None)
    if known is not None and not graph.stats(name).attempts:
        graph.set_stats(name, known.stats)
    progress = skills.setdefault(name, SkillProgress())
    if known is None and progress.status == "admitted":  # another library, or it was taken out
        skills[name] = SkillProgress()
    if known is not None and progress.status in ("open", "retired"):
        skills[name] = SkillProgress(
            status="admitted", rounds=1, rates=[known.stats.success_rate],
            successes=known.stats.successes, attempts=known.stats.attempts,
            restored=progress.status == "retired",
        )  # fmt: skip
    elif known is None and (reason := _retired_by_practice(session, name)):
        skills[name].status, skills[name].reason = "retired", reason


def _retired_by_practice(session: Session, name: str) -> str:
    """Why a session retired the skill, which is then not learned again; empty when none did."""
    record = session.library.retirement(name) or {}
    return str(record["reason"]) if record.get("by") == BY_PRACTICE else ""


def prepare(
    session: Session, tasks: Sequence[ProposedTask], claims: Sequence[SkillClaim], roster: Roster
) -> tuple[Designer, Beginnings]:
    """Everything between the claims and the first turn: arenas, random play, guards, joint training."""
    arenas = _open_arenas(session, tasks)
    designer, beginnings = _play_at_random(session, arenas)
    _write_guards(session, designer, claims, roster)
    if session.config.training == "joint":
        first = dict(zip(session.fact_names, beginnings.first.tolist(), strict=True))
        train_jointly(session, designer, claims, first)
        session.save()
    return designer, beginnings


def _open_arenas(session: Session, tasks: Sequence[ProposedTask]) -> ArenaStates:
    """Ask what is practised on which of the game's arenas, if it has any, and begin them."""
    plan, answer = choose_arenas(session.model, session.spec, tasks)
    arenas = ArenaStates(session.spec, plan, session.config.seed)
    if plan:
        chosen = {name: list(names) for name, names in plan.items()}
        session.run.event("arenas", plan=chosen, answer_id=answer)
        arenas.fill(session.bank)
    return arenas


def _play_at_random(session: Session, arenas: ArenaStates) -> tuple[Designer, Beginnings]:
    """Play that designs are checked on; it also shows what a game begins with."""
    game = make_game(session.config.game, **session.config.game_options)
    play = record_random_play(game, session.config.seed)
    game.close()
    session.budget.spend(play.steps)
    session.state.coverage.note(play.before, session.spec)
    facts = dict(zip(session.fact_names, play.before[0].tolist(), strict=True))
    kinds = session.spec.fact_kinds
    carried = session.spec.completed({name: n for name, n in facts.items() if kinds[name] == "count" and n})

    def note_test(skill: str, outcome: str, more: Mapping[str, Any]) -> None:
        session.run.event(f"option_{outcome}", skill=skill, **more)

    tester = OptionTester(session.model, session.spec, session.sandbox, facts, note_test)
    designer = Designer(session.model, session.spec, session.sandbox, play, tester)
    return designer, Beginnings(play.before[0], carried, arenas)


def _write_guards(session: Session, designer: Designer, claims: Sequence[SkillClaim], roster: Roster) -> None:
    """Have guard and shield written; without a usable answer they stay empty."""
    guard, shield = GuardCode(), ShieldCode()
    try:
        shield = designer.shield()
        session.run.event("shielded", answer_id=shield.answer_id)
    except (ReplyFault, NoRecordedAnswer) as error:
        session.run.event("no_shield", reason=str(error))
        session.progress.note("no usable shield: no action is forbidden")
    try:
        guard = designer.guards({claim.task.name: claim.task.description for claim in claims})
    except (ReplyFault, NoRecordedAnswer) as error:
        session.run.event("no_guard", reason=str(error))
        session.progress.note("no usable guard: plans will not be interrupted")
    roster.follow(guard, shield)
    if guard.source:
        session.run.event("guarded", answer_id=guard.answer_id, ranking=list(guard.ranking))
