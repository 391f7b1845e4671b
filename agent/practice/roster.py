"""What can be executed now: the admitted skills, their networks, guards; and what play shows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.play.jobs import request_label
from agent.play.kit import GuardCode, Kit, ShieldCode
from agent.play.load import load_network, require_executable, require_replaceable, save_guards
from agent.practice.judged.judging import judge_recipe, judged_claims
from agent.practice.session import BY_PRACTICE, Session
from agent.practice.session_state import SkillProgress
from planners.plan import Execution
from skills.code.functions import GuardFunction
from skills.errors import CodeRejected
from skills.network import NumpyNetwork
from skills.skill import Skill, SkillStats, require_encoding


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version of a skill that is to be tried out.

    Attributes:
        skill: its record.
        weights: its network, for a learned skill; None before the first training, and for scripted ones.
    """

    skill: Skill
    weights: Path | None = None

    @property
    def name(self) -> str:
        """The skill's name."""
        return self.skill.name

    @property
    def learned(self) -> bool:
        """Whether a network acts."""
        return self.skill.policy.kind == "learned"

    @property
    def single_action(self) -> bool:
        """Whether an execution is one action of the game."""
        return self.skill.policy.kind == "scripted" and not self.skill.policy.until


class Roster:
    """The skills at hand in one session.

    Args:
        session: the session.
        skills: admitted skills, by name.
        networks: of the learned ones.

    Attributes:
        skills: admitted skills, by name.
        guard: which skill must come first; an empty one asks for nothing.
        shield: which actions must not be taken; an empty one forbids nothing.
    """

    def __init__(
        self, session: Session, skills: Mapping[str, Skill], networks: Mapping[str, NumpyNetwork]
    ) -> None:
        self.skills = dict(skills)
        self.guard, self.shield = GuardCode(), ShieldCode()
        self._session = session
        self._networks = dict(networks)
        self._guard_function: GuardFunction | None = None
        self._kit: Kit | None = None

    @classmethod
    def of(cls, session: Session) -> Roster:
        """The skills in the session's library.

        Raises:
            LibraryDamaged: a file is unreadable, a network is not what its hash says, or a skill cannot be
                executed.
            PolicyMismatch: a network was trained on another version of the game's encoding.
        """
        skills = session.library.load_all()
        require_encoding(skills.values(), session.spec)
        require_executable(skills, session.library)
        require_replaceable(session.library)
        for name in skills:
            session.library.use(name)  # damaged statistics are told now, and not after hours of practice
        learned = [name for name, skill in skills.items() if skill.policy.kind == "learned"]
        networks = {name: load_network(session.library, name, session.spec) for name in learned}
        return cls(session, skills, networks)

    @property
    def learns_from_nothing(self) -> bool:
        """Whether no skill has a network yet that another could begin with."""
        return not self._networks

    @property
    def kit(self) -> Kit:
        """What can be executed now; the same object while nothing has changed."""
        if self._kit is None or self._kit.guard is not self.guard:
            self._kit = self._make_kit(self.skills, self._networks)
        return self._kit

    def kit_with(self, candidate: Candidate) -> Kit:
        """What can be executed now, with one skill on trial."""
        networks = dict(self._networks)
        if candidate.weights is not None:
            networks[candidate.name] = NumpyNetwork.load(candidate.weights)
        return self._make_kit({**self.skills, candidate.name: candidate.skill}, networks)

    def _make_kit(self, skills: Mapping[str, Skill], networks: Mapping[str, NumpyNetwork]) -> Kit:
        return Kit(
            game=self._session.config.game,
            skills=dict(skills),
            networks=dict(networks),
            graph=self._session.graph.to_json(),
            guard=self.guard,
            shield=self.shield,
            game_options=self._session.config.game_options,
            judged=judged_claims(self._session, skills),
            judge=judge_recipe(self._session, skills),
            most_producers=self._session.config.most_producers,
        )

    def admit(self, candidate: Candidate, stats: SkillStats) -> None:
        """Put a skill into the library, with the statistics of its trial."""
        session, name = self._session, candidate.name
        with session.saving() as change:
            stored = session.library.add(
                candidate.skill.model_copy(update={"stats": stats, "effects": session.graph.belief(name)}),
                candidate.weights,
                session.graph.evidence(name).model_dump(mode="json"),
                session.preferences.model(name),
                change=change,
            )
            session.graph.set_stats(name, stats)
            session.graph.set_available(name, True)
            progress = session.state.skills[name]
            progress.status, progress.reason = "admitted", ""
            session.state.monitors.admissions += 1
            progress.successes, progress.attempts = stats.successes, stats.attempts
        self.skills[name] = stored
        if candidate.weights is not None:
            self._networks[name] = NumpyNetwork.load(candidate.weights)
        self._kit = None
        session.run.event("admitted", skill=name, version=stored.version)

    def retire(self, why: Mapping[str, tuple[str, str]]) -> None:
        """Stop using skills, all in one change.

        Args:
            why: skill -> the reason, and the skill that does the same; empty for none.
        """
        session = self._session
        with session.saving() as change:
            for name, (reason, instead) in why.items():
                session.library.retire(name, reason, by=BY_PRACTICE, instead=instead, change=change)
                session.graph.set_available(name, False)
                progress = session.state.skills.setdefault(name, SkillProgress())
                progress.status, progress.reason = "retired", reason
        for name in why:
            del self.skills[name]
            self._networks.pop(name, None)
        self._kit = None

    def learn(self, executions: Sequence[Execution], *, statistics: bool = True) -> None:
        """Enter executions as evidence, and record which claims they correct.

        Args:
            executions: what was executed.
            statistics: whether they count for the skills' success rates. Executions that were begun without
                what the skill needs do not.
        """
        session, graph = self._session, self._session.graph
        for execution in executions:
            name = execution.skill
            if session.config.chaining != "none":
                session.state.chains.situations.note(execution, session.spec)
            stats, needs = graph.stats(name), graph.belief(name).needs
            for correction in graph.record(execution):
                text = correction.sentence
                self._session.run.event("corrected", skill=name, fact=correction.fact, text=text)
                self._session.progress.note(f"{name}: {text}")
            if not statistics:
                graph.set_stats(name, stats)
            if graph.belief(name).needs != needs:
                graph.set_stats(name, SkillStats())
                self._kit = None

    # Guard and shield.

    def follow(self, guard: GuardCode, shield: ShieldCode) -> None:
        """Use a guard and a shield from now on, and save them beside the skills."""
        self.guard, self.shield, self._guard_function = guard, shield, None
        save_guards(self._session.library, guard, shield)

    def requested(self, facts: Mapping[str, int]) -> str:
        """The skill that the guard asks for in this state; empty for none."""
        if not self.guard.source:
            return ""
        try:
            if self._guard_function is None:
                names, ranking = self._session.fact_names, self.guard.ranking
                self._guard_function = GuardFunction(self._session.sandbox, self.guard.source, names, ranking)
            return self._guard_function.one(facts)
        except CodeRejected as error:  # no guard where its code fails
            self.follow(GuardCode(), self.shield)
            self._session.run.event("no_guard", reason=str(error))
            self._session.progress.note("the guard's code fails: plans are not interrupted any more")
            return ""

    def always_taken(self) -> tuple[str, ...]:
        """The skills on which the player's life depends through all practice: those of the guard.

        Under the rule ``needs`` only those that it has asked for in play so far: a guard may name many
        skills that matter only to a player who knows the others.
        """
        ranking = self.guard.ranking
        if self._session.rule != "needs":
            return ranking
        labels = self._session.bank.labels
        return tuple(name for name in ranking if labels.get(request_label(name), 0))

    def urgent(self, facts: Mapping[str, int]) -> bool:
        """Whether the guard would interrupt in this state, for a skill that can be executed."""
        return self.requested(facts) in self.skills
