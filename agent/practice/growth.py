"""More tasks while the library grows: when they are asked for, of whom, and which of them are taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from agent.design.effects import SkillClaim
from agent.design.more_tasks import ModelProposer
from agent.design.person_proposer import PersonProposer
from agent.design.proposal_rules import KnownTask, Rules
from agent.design.proposer import Proposals, Proposer, Situation
from agent.design.task_pool import PoolProposer
from agent.judges.opening import EMBEDDED_FOR
from agent.judges.path import may_say
from agent.likeness.reserved import reserved_tasks
from agent.llm.errors import LLMError
from agent.llm.open_model import is_live
from agent.llm.replies import ProposedTask
from agent.practice.arenas import Beginnings
from agent.practice.curriculum import in_reach
from agent.practice.judged.judging import judge_alone
from agent.practice.preparation import claim_of, enter_claim
from agent.practice.report import NOTHING_LEFT
from agent.practice.roster import Roster
from agent.practice.session import Session
from envs.text import counted, plain

TURNS_BETWEEN = 6
"""Turns between two askings while anything is left to do."""
MOST_AT_ONCE = 3
"""Askings within one turn, when nothing is left to do."""
MOST_REFUSED = 200
"""Refusals that are remembered."""
LONGEST_REASON = 300
"""Characters of why a task was refused."""
PRODUCED = ("count", "place", "known")
"""Kinds of facts that some skill has to bring, unless a game begins with them or play shows them."""


@dataclass(slots=True)
class Growth:
    """Asks for more tasks in one session.

    Attributes:
        session: the session; its state remembers what was taken.
        roster: the admitted skills.
        beginnings: what a game begins with.
        proposer: who is asked; None for nobody, or for the session's pool.
    """

    session: Session
    roster: Roster
    beginnings: Beginnings
    proposer: Proposer | None = None
    _asked_now: int = 0
    _failed: str = ""

    @classmethod
    def of(cls, session: Session, roster: Roster, beginnings: Beginnings) -> Growth:
        """What the settings ask for; the session has opened the pool, if there is one."""
        growth, who = cls(session, roster, beginnings), session.config.proposer
        if who == "model" or (who == "auto" and is_live(session.config.llm)):
            growth.proposer = ModelProposer(session.model, session.spec)
        if who == "ask":
            growth.proposer = PersonProposer(session.person, session.spec, session.graph)
        return growth

    def resumed(self) -> list[SkillClaim]:
        """The claims of the tasks that a resumed session had taken before."""
        return self._claimed(self.session.state.growth.tasks, {})

    def more(self, claims: Sequence[SkillClaim], *, nothing_else: bool = False) -> list[SkillClaim]:
        """The claims of tasks that are taken now; none when it is not the time, or nobody has any.

        Args:
            claims: those of all tasks so far.
            nothing_else: there is nothing else to practise.
        """
        outages = self.session.outages
        if nothing_else:  # there is time to wait for a model that is down
            return self._more(claims, nothing_else)
        with outages.elsewhere():
            return [] if outages.resting else self._more(claims, nothing_else)

    def _more(self, claims: Sequence[SkillClaim], nothing_else: bool) -> list[SkillClaim]:
        if not self._due(claims, nothing_else):
            return []
        situation = self._situation(claims)
        rules = self._rules(claims)
        proposals = self._propose(situation, rules)
        taken, refused = rules.sifted(proposals.tasks, situation)
        new = self._claimed(taken, refused)
        self._record(proposals, [claim.task for claim in new], refused)
        return new

    @property
    def ending(self) -> str:
        """Why the session ends when nothing is left to learn."""
        why = self.session.state.growth.exhausted or self._failed
        return f"{NOTHING_LEFT}; {why}" if why else NOTHING_LEFT

    def _due(self, claims: Sequence[SkillClaim], nothing_else: bool) -> bool:
        state, every = self.session.state, self.session.config.propose_every
        record = state.growth
        if self.proposer is None and self.session.task_pool is None:
            return False
        if record.exhausted and (record.admitted, record.seen) == self._learned_and_seen():
            return False
        if nothing_else:
            self._asked_now = self._asked_now + 1 if record.turn == state.turns else 1
            return self._asked_now <= MOST_AT_ONCE
        since = state.turns - record.turn if record.turn >= 0 else state.turns + TURNS_BETWEEN
        if every and since >= every:
            return True
        return since >= TURNS_BETWEEN and not self._frontier(claims)

    def _learned_and_seen(self) -> tuple[int, int]:
        """Skills admitted, and facts met: what a proposer that had nothing may have something by."""
        return len(self.roster.skills), len(self.session.state.coverage.facts)

    def _frontier(self, claims: Sequence[SkillClaim]) -> bool:
        """Whether a task that was not tried yet is within reach; others go on in their turn."""
        skills, graph = self.session.state.skills, self.session.graph
        return any(
            skills[claim.task.name].status == "open"
            and not skills[claim.task.name].rounds
            and in_reach(graph, graph.belief(claim.task.name).needs, self.beginnings.carried)
            for claim in claims
        )

    def _propose(self, situation: Situation, rules: Rules) -> Proposals:
        """What the proposer says; nothing when it cannot be asked, which ends no session."""
        session = self.session
        proposer = self.proposer
        if session.task_pool is not None:
            proposer = PoolProposer(session.task_pool, rules, session.spec, session.config.seed)
        assert proposer is not None
        try:
            return proposer.propose(situation, session.config.propose_count)
        except LLMError as error:
            reason = plain(error, LONGEST_REASON)
            session.run.event("no_proposals", reason=reason)
            return Proposals(
                tasks=(), source=proposer.name, failed=f"no more tasks could be asked for: {reason}"
            )

    def _situation(self, claims: Sequence[SkillClaim]) -> Situation:
        """How far the session has come."""
        session = self.session
        session.state.coverage.note(session.bank.fact_rows(), session.spec)
        graph, skills, record = session.graph, session.state.skills, session.state.growth
        known = {name: graph.description(name) for name in graph.skills() if graph.available(name)}
        known |= {claim.task.name: claim.task.description for claim in claims}
        given_up = {name: p.reason for name, p in skills.items() if p.status == "abandoned"}
        admitted = self.roster.skills
        return Situation(
            seen=dict(session.state.coverage.facts),
            mastered={name: graph.stats(name).success_rate for name in admitted if name in graph},
            failed={**record.refused, **given_up},
            known=known,
            brings=frozenset(
                fact for name in admitted if name in graph for fact in graph.belief(name).obtains
            ),
            asked=record.asked,
        )

    def _rules(self, claims: Sequence[SkillClaim]) -> Rules:
        session, graph = self.session, self.session.graph
        names = dict.fromkeys(name for name in graph.skills() if graph.available(name))
        names |= dict.fromkeys(claim.task.name for claim in claims)
        known = [
            KnownTask(
                name=name, description=graph.description(name), obtains=graph.claim(name).obtains,
                claim=graph.success_in_words(name),
            )
            for name in names
        ]  # fmt: skip
        return Rules(
            spec=session.spec,
            first=dict(zip(session.fact_names, self.beginnings.first.tolist(), strict=True)),
            known=known,
            reserved=reserved_tasks(session.spec.name),
            looking=session.spec.name in EMBEDDED_FOR and session.config.judge != "facts",
            understood=partial(may_say, judge_alone(session)),
        )

    def _claimed(self, tasks: Sequence[ProposedTask], refused: dict[str, str]) -> list[SkillClaim]:
        """The claims of those tasks of which what they need and give is known, and could be had."""
        if self.session.task_pool is not None:
            self.session.model.kept.look_in(
                self.session.task_pool.answers([task.name for task in tasks], self.session.spec)
            )
        new = []
        for task in tasks:
            try:
                claim = claim_of(self.session, task)
            except LLMError as error:  # nobody can be asked now: no fault of the task
                self.session.run.event("no_proposals", reason=plain(error, LONGEST_REASON))
                break
            if claim is None:
                refused[task.name] = "no usable claim about it"
            elif missing := self._out_of_reach(claim):
                refused[task.name] = f"it needs {missing}, which nothing brings and play has not shown"
            else:
                enter_claim(self.session, claim, self.roster)
                new.append(claim)
        return new

    def _out_of_reach(self, claim: SkillClaim) -> str:
        """The first need that nothing brings."""
        graph, seen, spec = self.session.graph, self.session.state.coverage.facts, self.session.spec
        return next(
            (
                fact
                for fact, count in claim.effects.needs.items()
                if spec.fact_kinds[fact] in PRODUCED
                and not graph.producers(fact)
                and seen.get(fact, 0) < count
            ),
            "",
        )

    def _record(self, proposals: Proposals, taken: Sequence[ProposedTask], refused: dict[str, str]) -> None:
        session, record = self.session, self.session.state.growth
        record.asked += 1
        record.turn = session.state.turns
        record.admitted, record.seen = self._learned_and_seen()
        record.tasks.extend(taken)
        refused = {name: plain(why, LONGEST_REASON) for name, why in refused.items()}
        record.refused = dict([*record.refused.items(), *refused.items()][-MOST_REFUSED:])
        self._failed, record.exhausted = proposals.failed, ""
        if not taken and not proposals.failed:
            record.exhausted = proposals.nothing_because or "no task that was proposed was taken"
        names, why = [task.name for task in taken], record.exhausted or self._failed
        session.run.event(
            "proposed_more", source=proposals.source, tasks=names, refused=refused,
            answer_id=proposals.answer_id, turn=record.turn, nothing_because=why,
        )  # fmt: skip
        said = f"{counted(len(taken), 'more task')} from the {proposals.source}"
        also = f"; {len(refused):,} refused" if refused else ""
        session.progress.note(f"{said}: {', '.join(names)}{also}" if names else f"{said} ({why}){also}")
        session.save()
