"""The practice loop: propose, design, train, try out, decide; what was claimed is corrected by what happens.

Read `practice_loop` first. A session can be stopped at any moment and resumed (``--resume``): answers,
claims, evidence, states and checkpoints are on disk after every turn. With several slots the same loop begins
a turn in each, and whichever ends first is followed by another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.config import PracticeConfig
from agent.design.code import Designer
from agent.design.effects import SkillClaim
from agent.person import Conversation, Nobody, require_somebody
from agent.practice.admission import Admit, GiveUp, GoOn, Wait, decide, giving_up, tell_trial
from agent.practice.arenas import Beginnings
from agent.practice.chains.chaining import Chaining
from agent.practice.choice import choose_next
from agent.practice.growth import Growth
from agent.practice.housekeeping.retirement import is_due, keep_house
from agent.practice.judged.judging import require_any_judge, require_judge, tell_unmatched
from agent.practice.looked_at import require_mineclip
from agent.practice.monitoring import end_turn
from agent.practice.preparation import claim_effects, prepare, propose_tasks
from agent.practice.progress import NullProgress, PracticeProgress
from agent.practice.report import PracticeReport, report_of, report_of_ended
from agent.practice.roster import Roster
from agent.practice.session import Session, open_session
from agent.practice.snapshot import Snapshot
from agent.practice.start_states import find_states
from agent.practice.steering import STOP_COMMAND
from agent.practice.training import train
from agent.practice.trials import probe_needs, try_out
from agent.practice.turns import Turns, open_turns
from agent.records.runs import signal_of
from envs.workers.cluster.address import require_ray
from skills.skill import Skill


def run_practice(
    config: PracticeConfig,
    *,
    progress: PracticeProgress | None = None,
    conversation: Conversation | None = None,
) -> PracticeReport:
    """Practise until the budget is spent, nothing is left to learn, or the person interrupts.

    Args:
        config: the settings.
        progress: told what happens; nothing is shown without it.
        conversation: how a person is asked for tasks, with ``proposer="ask"``, and whether tasks were
            done, with ``judge="ask"``.

    Raises:
        GameError, SkillError, LLMError, AgentError: with a message for the person; nothing is lost.
    """
    progress = progress or NullProgress()
    if (report := report_of_ended(config)) is not None:
        progress.finished(
            admitted=len(report.admitted), abandoned=len(report.abandoned), steps=report.steps,
            reason=report.stopped,
        )  # fmt: skip
        return report
    require_ray(config.cluster)
    require_any_judge(config)
    require_mineclip(config)
    if config.judge == "ask":
        require_somebody(conversation or Nobody())
    with open_session(config, progress, conversation) as session:
        roster = Roster.of(session)
        try:
            stopped, interrupted = practice_loop(session, roster), False
        except KeyboardInterrupt as interruption:
            by = signal_of(interruption)
            told = by.get("signal", "").startswith(STOP_COMMAND)
            stopped, interrupted = f"ended by {by['signal']}" if told else "interrupted", True
            session.run.event("interrupted", **by)
        session.save()
        session.live.ended()
        if not interrupted:
            tell_unmatched(session)
        report = report_of(session, roster, stopped, interrupted)
        if not interrupted:
            session.run.finish(**report.to_record())
        session.progress.finished(
            admitted=len(report.admitted), abandoned=len(report.abandoned), steps=report.steps, reason=stopped
        )
        return report


def practice_loop(session: Session, roster: Roster) -> str:
    """The loop; returns why it ended."""
    if stopped := session.budget.reason:
        return stopped
    session.announce()
    session.working("reading what to begin with")
    tasks = propose_tasks(session)
    claims = claim_effects(session, tasks, roster)
    designer, beginnings = prepare(session, tasks, claims, roster)
    growth = Growth.of(session, roster, beginnings)
    chaining = Chaining(session, roster, beginnings)
    claims += growth.resumed()
    with open_turns(session) as turns:
        while not (stopped := session.budget.reason):
            session.steering.go_on()
            if chaining.due or is_due(session, roster):
                turns.finish()  # what follows goes through the library as a whole
            if chaining.due:
                chaining.round()
                continue
            session.working("looking after the library")
            keep_house(session, roster)
            session.working("choosing what comes next")
            claims += growth.more(claims)
            choice = None
            if not turns.skills or session.budget.steps_left:
                left = open_claims(session, claims, turns)
                choice = choose_next(session, roster, beginnings, left, turns.skills)
            if turns.skills and choice is None:
                turns.wait()
                continue
            if choice is None and session.outages.waited_for:
                session.outages.wait()
                continue
            if choice is None:
                new = growth.more(claims, nothing_else=True)
                claims += new
                if not (new or chaining.left):
                    return session.outages.exhausted or growth.ending
                if not new:
                    chaining.round()
                continue
            name = choice.claim.task.name
            session.state.turns += 1
            session.run.event("chosen", skill=name, reason=choice.reason, following=list(choice.following))
            session.live.doing(
                "designing", name, description=choice.claim.task.description, why=choice.reason,
                following=list(choice.following),
            )  # fmt: skip
            turns.begin(name, Practising(choice.claim, roster, beginnings, designer).turn)
    return stopped


@dataclass(frozen=True, slots=True)
class Practising:
    """One turn of practice: from a claim to what became of it.

    Attributes:
        claim: the skill.
        roster: what can be executed.
        beginnings: what a game begins with.
        designer: has code written.
    """

    claim: SkillClaim
    roster: Roster
    beginnings: Beginnings
    designer: Designer

    def turn(self, session: Session) -> None:
        """Carry it out; several may be under way, and each works on the session in its turn."""
        roster = self.roster
        with giving_up(session, self.claim.task.name):
            session.working("writing reward, start and stop, and checking them")
            draft = design(session, self.designer, self.claim)
            require_judge(session, draft)
            session.working("collecting start states")
            states = find_states(session, roster, self.beginnings, draft)
            if not states:
                session.wait(draft)
                return
            session.working("getting ready to train")
            snapshot = Snapshot.of(session, roster, draft.name)
            candidate = train(session, draft, states, roster)
            session.working("trying it out on fresh seeds")
            if snapshot.corrected(session, "after its training"):
                states = find_states(session, roster, self.beginnings, draft)
            trial = try_out(session, candidate, states.held_out, roster)
            while trial.outdated and (states := find_states(session, roster, self.beginnings, draft)):
                trial = try_out(session, candidate, states.held_out, roster)
            match decide(trial, session.state.skills[draft.name]):
                case Admit():
                    roster.admit(candidate, trial.stats)
                    session.working("trying it without what it may not need")
                    probe_needs(session, roster)
                case GiveUp(reason):
                    session.give_up(draft.name, reason)
                case Wait():
                    session.wait(draft)
                case GoOn():
                    pass
            tell_trial(session, trial)
        end_turn(session)
        session.save()


def open_claims(session: Session, claims: Sequence[SkillClaim], turns: Turns) -> list[SkillClaim]:
    """The claims without those of turns under way, and those that wait for a model that does not answer."""
    return [
        claim
        for claim in claims
        if claim.task.name not in turns.skills and not session.outages.withheld(claim.task.name)
    ]


def design(session: Session, designer: Designer, claim: SkillClaim) -> Skill:
    """Have reward, initiation and termination written and checked, for the effects believed now.

    Raises:
        LLMError: no usable answer, or none now: other skills can be practised meanwhile.
        ContradictoryPreferences: nothing can be learned from what is preferred.
    """
    config, name = session.config, claim.task.name
    learned = not claim.reply.action
    budget = min(config.round_steps, session.budget.steps_left) if learned else 0
    session.progress.skill_started(name, description=claim.task.description, budget=budget)
    with session.outages.elsewhere():
        draft = designer.design(
            claim, session.graph.belief(name), config.seed, session.run.name, session.answer_source,
            with_reward=config.reward != "preference",
        )  # fmt: skip
        draft = session.preferences.learn(draft)
    session.run.event("designed", skill=name, answers=list(draft.lineage.answers))
    return draft
