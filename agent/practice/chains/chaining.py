"""Chains are tried skill by skill from a situation, and what worked is considered as a skill of its own.

Source: J. Zhang et al., Bootstrap Your Own Skills (BOSS), 2023. Otherwise than there, success is measured and
judged, a chain is admitted only if it is worth having (`agent.practice.chains.trial`), and its longest length
is a setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.design.chains import Plausibility, ask_next, told_by_effects
from agent.play.jobs import Job, handoff_label
from agent.practice.arenas import Beginnings
from agent.practice.chains.choice import draw, first_probabilities, next_probabilities
from agent.practice.chains.executable import Executable
from agent.practice.chains.trial import consider
from agent.practice.curriculum import in_reach
from agent.practice.play import REACHED_LABEL, job_seed, play
from agent.practice.roster import Roster
from agent.practice.session import Session
from agent.practice.start_states import is_held_out, practice_seed
from envs.facts import Facts
from envs.rollout.episode import Start
from skills.chains.parts import flat, parts_of
from skills.errors import SkillError

FRESH_SHARE = 0.25
"""Share of the chains begun where nothing is needed that begin with an episode, and not in a saved state."""
TRIED_STARTS = 20
"""Saved states that are looked at for one in which nothing is urgent."""
MOST_IDLE = 5
"""Rounds in a row in which nothing could be played, after which chains are over for this session."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a chain stands.

    Attributes:
        start: a saved state; None for the beginning of the episode of `seed`.
        facts: the facts there.
        seed: of the episode, without `start`.
    """

    start: Start | None
    facts: Facts
    seed: int = 0


@dataclass(slots=True)
class Chaining:
    """Chains within a session.

    Attributes:
        session: the session.
        roster: what can be executed.
        beginnings: what a game begins with.
    """

    session: Session
    roster: Roster
    beginnings: Beginnings
    _plausible: dict[tuple[str, ...], Plausibility] = field(default_factory=dict)

    @property
    def due(self) -> bool:
        """Whether chains have had less than their share of the steps so far."""
        state = self.session.state
        return self.possible and state.chains.steps < self.session.config.chain_share * state.steps

    @property
    def left(self) -> bool:
        """Whether chains may go on when nothing else is left: their share of the budget is not spent."""
        config = self.session.config
        return self.possible and self.session.state.chains.steps < config.chain_share * config.budget_steps

    @property
    def possible(self) -> bool:
        """Whether there is anything to chain, and chains are wanted."""
        config, chains = self.session.config, self.session.state.chains
        return config.chaining != "none" and len(self.roster.skills) > 1 and chains.idle < MOST_IDLE

    def round(self) -> None:
        """Try one chain, and admit what is worth it. Whatever breaks down only ends this round."""
        session, chains = self.session, self.session.state.chains
        begun = session.state.steps
        session.live.doing("chaining", why="chains of skills have had less than their share of the steps")
        chains.rounds += 1
        try:
            parts = self.build()
            if len(parts) > 1 and not chains.known(parts):
                chains.tried.append(tuple(parts))
                consider(session, self.roster, self.beginnings, [self.roster.skills[name] for name in parts])
        except SkillError as error:
            session.run.event("chain_failed", reason=str(error))
        spent = session.state.steps - begun
        chains.steps += spent
        chains.idle = 0 if spent else chains.idle + 1
        session.save()

    def build(self) -> list[str]:
        """Execute skills one after the other from a situation; those that succeeded, in order."""
        session = self.session
        length = int(session.rng.integers(2, session.config.longest_chain + 1))
        now = self._begin()
        parts: list[str] = []
        choices: list[dict[str, Any]] = []
        executable = Executable(session, self.roster)
        ended = "as long as it should be"
        while len(parts) < length and not session.budget.reason:
            names = executable.names(now.facts)
            if not names:
                ended = "nothing may start"
                break
            skill, choice = self._choose(parts, names, now.facts)
            choices.append(choice)
            if now.start is not None and parts:
                session.bank.add(now.start, executable.row(now.facts), handoff_label(skill))
            following = self._execute(now, skill)
            if following is None:
                ended = f"{skill} did not succeed"
                break
            parts.append(skill)
            now = following
        session.run.event(
            "chain_built", parts=list(parts), choices=choices, length=length, ended=ended,
            fresh=not parts and now.start is None,
        )  # fmt: skip
        return parts

    def _begin(self) -> Situation:
        """Where some skill, drawn evenly, has what it needs: a saved state, one played for, or a new episode.

        No chain is begun in an episode that is held out.
        """
        session, rng = self.session, self.session.rng
        names = sorted(self.roster.skills)
        needs = session.graph.belief(names[int(rng.integers(len(names)))]).needs
        if not needs and rng.random() < FRESH_SHARE:
            return self._fresh()
        return self._saved(needs) or self._reached(needs) or self._saved({}) or self._fresh()

    def _saved(self, needs: Mapping[str, int]) -> Situation | None:
        """A saved state that has what is needed and in which nothing is urgent, if one is soon found."""
        session = self.session
        saved = [offer for offer in session.bank.states(needs) if not is_held_out(offer[0].origin)]
        for index in session.rng.permutation(len(saved))[:TRIED_STARTS].tolist():
            start, row = saved[index]
            facts = dict(zip(session.fact_names, row.tolist(), strict=True))
            if not self.roster.urgent(facts):
                return Situation(start, facts)
        return None

    def _reached(self, needs: Mapping[str, int]) -> Situation | None:
        """Where a plan for what is needed leads from a new episode; None if it does not get there."""
        if not needs or not in_reach(self.session.graph, needs, self.beginnings.carried):
            return None
        job = Job(seed=practice_seed(self.session), goal=needs)
        (outcome,) = play(self.session, self.roster, self.roster.kit, [job])
        reached = [state for state in outcome.states if state.label == REACHED_LABEL]
        return Situation(reached[-1].start, reached[-1].facts) if reached else None

    def _fresh(self) -> Situation:
        session = self.session
        facts = dict(zip(session.fact_names, self.beginnings.first.tolist(), strict=True))
        return Situation(None, facts, practice_seed(session))

    def _execute(self, now: Situation, skill: str) -> Situation | None:
        """Where a skill's success leads; None without success."""
        session = self.session
        seed = now.seed if now.start is None else job_seed(session)
        (outcome,) = play(
            session, self.roster, self.roster.kit, [Job(seed=seed, start=now.start, skill=skill)]
        )
        ends = [state for state in outcome.states if state.label == skill]
        return Situation(ends[-1].start, ends[-1].facts) if ends else None

    def _choose(self, parts: Sequence[str], names: Sequence[str], facts: Facts) -> tuple[str, dict[str, Any]]:
        """The next skill, and how it was chosen, for the record."""
        session = self.session
        if session.config.chaining == "random":
            probabilities, more = {name: 1 / len(names) for name in names}, {"basis": "at random"}
        else:
            probabilities, more = self._weigh(parts, names, facts)
        skill = draw(session.rng, probabilities)
        return skill, {"skill": skill, "probability": round(probabilities[skill], 4), **more}

    def _weigh(
        self, parts: Sequence[str], names: Sequence[str], facts: Facts
    ) -> tuple[dict[str, float], dict[str, str]]:
        session, graph = self.session, self.session.graph
        situations = session.state.chains.situations
        success = {
            name: situations.success_rate(name, facts, session.spec, graph.stats(name)) for name in names
        }
        if not parts:
            skills = session.state.skills
            progress = {name: skills[name].learning_progress for name in names if name in skills}
            return first_probabilities(success, progress), {"basis": "success here and learning progress"}
        plausibility = self._plausibility(parts)
        plausible = {name: plausibility.of(graph.claim(name).obtains) for name in names}
        weight = session.config.plausibility_weight
        more = {"basis": plausibility.basis, "answer_id": plausibility.answer_id}
        return next_probabilities(success, plausible, weight), more

    def _plausibility(self, parts: Sequence[str]) -> Plausibility:
        """What the model says of the chain so far; asked once."""
        session, graph = self.session, self.session.graph
        so_far = tuple(told_by_effects(graph, name) for name in flat(parts, parts_of(self.roster.skills)))
        if so_far not in self._plausible:
            self._plausible[so_far] = ask_next(session.model, session.spec, so_far)
        return self._plausible[so_far]
