"""Skills whose success a judge sees: which these are, who judges them, and what is made of its errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from agent.config import PracticeConfig
from agent.errors import JudgeFooled, NobodyJudges
from agent.judges.attempts import AttemptJudgeFactory
from agent.judges.embedded.text_encoder import INSTALL
from agent.judges.errors import NoJudge
from agent.judges.path import may_say, room_needed
from agent.judges.recipe import BY_FACTS, EMBEDDED, JudgeRecipe, NobodyLooks
from agent.judges.refit_head import Head
from agent.judges.refitting import HIGHEST_BAR, refit
from agent.llm.open_model import is_live
from agent.practice.judged.negatives import keep_checked, read_negatives
from agent.practice.judged.rates import NO_ERRORS, UNMEASURED, JudgeErrors, fooled
from agent.practice.session import Session
from envs.registry import game_spec
from envs.rollout.looking import Audit, JudgedRule, Look
from envs.seeding import SEED_SPAN, child_seed
from envs.text import listed
from planners.execution.judge import Judge
from planners.plan import Execution
from skills.skill import Skill, reached

UNREAD = f"say it in words of its lexicon, or install the text encoder: {INSTALL}"
"""What helps where the judge does not understand a claim."""


def success_in_words(session: Session, skill: Skill) -> str:
    """What must be seen for a skill to have succeeded; empty where facts say whether it has.

    A skill whose success no fact states is always judged by looking, others where the settings say so.
    """
    if skill.claim:
        return skill.claim
    config = session.config
    if config.success == "judge" or skill.name in config.judged_skills:
        return skill.name.replace("_", " ")  # what the description adds is how it is done
    return ""


def require_any_judge(config: PracticeConfig) -> None:
    """Raise `NobodyJudges` where skills are to be judged by looking and nobody looks at this game at all.

    Raises `NoJudge` where a chat model shall judge and none is named.
    """
    if config.judge == "chat" and not is_live(config.llm):
        raise NoJudge(
            "no chat model can judge: none is named; name one with --llm, e.g. --llm openai:gpt-5-mini"
        )
    if config.success != "judge" and not config.judged_skills:
        return
    source = BY_FACTS if config.judge == BY_FACTS else EMBEDDED
    judge = JudgeRecipe(source=source, second_share=0.0).make(game_spec(config.game))
    asked_later = config.judge in ("chat", "ask") or (config.judge == "auto" and is_live(config.llm))
    if isinstance(judge, NobodyLooks) and not asked_later:
        raise NobodyJudges(
            f"nobody looks at {config.game}, so no skill can be judged there: {judge.reason}; leave out "
            "success=judge and judged_skills"
        )


def tell_unmatched(session: Session) -> None:
    """Warn of names in ``judged_skills`` that were no skill's in this session."""
    names = [name for name in session.config.judged_skills if name not in session.state.skills]
    if names:
        session.run.event("judged_skills_unmatched", skills=names)
        session.progress.note(f"judged_skills names what was no skill in this practice: {listed(names)}")


def require_judge(session: Session, skill: Skill) -> None:
    """Raise `NobodyJudges` for a skill that is judged by looking where nobody can: it would never pass."""
    claim = success_in_words(session, skill)
    if not claim or (skill.policy.kind == "scripted" and session.later.looking):
        return  # what is not trained is only tried, and of trials somebody may be asked
    judge = judge_alone(session)
    if isinstance(judge, NobodyLooks):
        while_trained = " while it is trained" if session.later.looking else ""
        raise NobodyJudges(
            f"success of {skill.name} must be seen{while_trained}, and nobody looks: {judge.reason}"
        )
    if not may_say(judge, claim):
        raise NobodyJudges(
            f"success of {skill.name} must be seen, and the judge cannot read {claim!r}: {UNREAD}"
        )


def judge_alone(session: Session) -> Judge:
    """The judge of this session, with nobody who checks it or makes it worse."""
    alone = replace(
        judge_recipe(session, {}), second_share=0.0, false_done=0.0, missed=0.0, bars={}, heads={},
        later_frames=False, later_screens=False,
    )  # fmt: skip
    return alone.make(session.spec)


def highest_at_start(session: Session, skill: Skill) -> dict[str, int]:
    """Fact -> the value up to which it may stand where a judged skill starts, for its success to be seen.

    Who eats on a full stomach looks like who does not: such skills start where the bar has room to rise.
    """
    claim = success_in_words(session, skill)
    if not claim or session.config.judge == BY_FACTS:
        return {}
    known = room_needed(judge_alone(session), claim)
    return {fact: most for fact, most in known.items() if fact in session.spec.fact_index}


def judged_claims(session: Session, skills: Mapping[str, Skill]) -> dict[str, str]:
    """Skill -> what must be seen, of those that are judged by looking."""
    claims = {name: success_in_words(session, skill) for name, skill in skills.items()}
    return {name: claim for name, claim in claims.items() if claim}


def judge_recipe(session: Session, skills: Mapping[str, Skill]) -> JudgeRecipe:
    """The judge of this session's skills."""
    config = session.config
    return JudgeRecipe(
        source=BY_FACTS if config.judge == BY_FACTS else EMBEDDED,
        truths={name: dict(skill.effects.obtains) for name, skill in skills.items()},
        false_done=config.false_done,
        missed=config.missed,
        second_share=config.spot_checks,
        bars={name: progress.bar for name, progress in session.state.skills.items() if progress.bar},
        heads={
            name: Head.from_record(progress.head)
            for name, progress in session.state.skills.items()
            if progress.head
        },
        later_frames=session.later.wants_frames,
        later_screens=session.later.wants_screens,
        seed=child_seed(config.seed, "judge"),
    )


def judged_rule(session: Session, skill: Skill) -> JudgedRule | None:
    """Who says in a training what has succeeded; None where facts do."""
    claim = success_in_words(session, skill)
    if not claim:
        return None
    config, recipe = session.config, judge_recipe(session, {skill.name: skill})
    seed = child_seed(config.seed, "audits", skill.name, session.state.skills[skill.name].rounds)
    factory = AttemptJudgeFactory(
        open_judge=partial(recipe.make, session.spec), game=session.spec.name, skill=skill.name, claim=claim,
        description=skill.description, truth=dict(skill.effects.obtains),
        audit_share=config.audits, seed=seed,
    )  # fmt: skip
    identity = [claim, recipe.source, recipe.false_done, recipe.missed, recipe.second_share, config.audits]
    return JudgedRule(open=factory, identity=repr(identity))


def errors_of(session: Session, skill: Skill) -> JudgeErrors:
    """The errors that a judged success rate is corrected for; none where facts judge."""
    if not success_in_words(session, skill) or session.config.judge == BY_FACTS:
        return NO_ERRORS
    known = getattr(judge_alone(session), "errors", None)
    return known if isinstance(known, JudgeErrors) else UNMEASURED


# Audits.


def note_audits(session: Session, name: str, claim: str, audits: Sequence[Audit]) -> bool:
    """Count verdicts that were checked; False when so many were false that the training must stop."""
    progress = session.state.skills[name]
    progress.contested += sum(audit.look is Look.CONTESTED for audit in audits)
    checked = [audit for audit in audits if audit.truth is not None]
    false = [audit for audit in checked if not audit.truth]
    _count(session, name, len(checked), len(false))
    if checked:
        keep_checked(session.run.path, name, claim, checked)
    return not fooled(progress.falsely_done, progress.audited)


def audit_trial(session: Session, skill: Skill, executions: Sequence[Execution]) -> None:
    """Check some of a trial's verdicts of "done" with facts, where there are any."""
    truth, progress = skill.effects.obtains, session.state.skills[skill.name]
    if not truth or not success_in_words(session, skill):
        return
    for number, execution in enumerate(executions):
        draw = child_seed(session.config.seed, "trial", skill.name, progress.rounds, number) / SEED_SPAN
        if execution.verdict.success and draw < session.config.audits:
            kinds = session.spec.fact_kinds
            true = reached(truth, kinds, execution.before, execution.after)
            _count(session, skill.name, 1, int(not true))


def _count(session: Session, name: str, audited: int, false: int) -> None:
    """Count verdicts that were checked, for the skill and for the monitors."""
    progress = session.state.skills[name]
    progress.audited += audited
    progress.falsely_done += false
    session.state.monitors.audit(agreed=audited - false, audited=audited)


def settle_audits(session: Session, skill: Skill) -> None:
    """Where the judge was fooled, refit it once on what fooled it, see `agent.judges.refitting`.

    Raises:
        JudgeFooled: that was done before, or the judge is as sure as can be; the skill must not be practised
            on its verdicts.
    """
    progress = session.state.skills[skill.name]
    if not fooled(progress.falsely_done, progress.audited):
        return
    said = f'{progress.falsely_done} of {progress.audited} checked verdicts of "done" were false'
    session.run.event(
        "judge_fooled", skill=skill.name, false=progress.falsely_done, audited=progress.audited,
        contested=progress.contested,
    )  # fmt: skip
    if progress.refitted or session.config.judge == BY_FACTS:
        raise JudgeFooled(f"the judge is fooled by {skill.name}: {said}")
    mine = [record for record in read_negatives(session.run.path) if record["skill"] == skill.name]
    learned = refit(session.spec, judge_alone(session), mine)
    if learned.head is None and learned.bar > HIGHEST_BAR:
        raise JudgeFooled(f"the judge is fooled by {skill.name}, and is sure of it: {said}")
    progress.refitted, progress.audited, progress.falsely_done = True, 0, 0
    progress.bar = 0.0 if learned.head else learned.bar
    progress.head = learned.head.to_record() if learned.head else {}
    session.run.event(
        "judge_refitted", skill=skill.name, by="head" if learned.head else "bar",
        negatives=learned.negatives, positives=learned.positives,
        bar=round(learned.head.bar if learned.head else learned.bar, 4),
        kept=learned.head.kept if learned.head else None,
    )  # fmt: skip
    now = "has learned to tell them apart" if learned.head else "must be surer from now on"
    session.progress.note(f"{skill.name}: {said}; the judge {now}")
