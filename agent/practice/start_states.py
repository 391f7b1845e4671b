"""States to practise a skill in: those in the bank that fit, and play towards more where they are too few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agent.play.jobs import Job, handoff_label, request_label
from agent.play.kit import Kit
from agent.practice.arenas import Beginnings
from agent.practice.curriculum import reach_cost
from agent.practice.judged.judging import highest_at_start
from agent.practice.play import job_seed, play
from agent.practice.roster import Roster
from agent.practice.session import Session
from agent.practice.trials import LEARNED_TRIALS, SCRIPTED_TRIALS
from envs.rollout.episode import Start
from envs.seeding import child_seed
from planners.errors import PlanningError
from planners.plan import Goal
from planners.search.search import cheapest
from skills.code.functions import InitiationFunction
from skills.skill import Skill, is_gain

HELD_OUT_EVERY = 3
"""Every third episode's states are kept for trials and never trained on."""
TRAIN_STATES = 60
"""States that a skill should have for training."""
FEWEST_STATES = 20
"""Least number of states wanted, for a skill whose states are far away."""
REACH_STEPS = 5_000
"""Planned steps to a skill's states, at most; skills farther away start from fewer states."""
SEARCH_ROUNDS = 5
"""Rounds of play for more states, at most; from the third on, a third of the wanted states will do."""
JOBS_PER_BATCH = 16
"""Jobs between two looks at the budget, when states are searched for."""
ENOUGH_REQUESTED_STATES = 60
"""Saved states in which the guard or a chain asked for a skill, from which on they are half of those that it
practises in."""
PRICED_STATES = 300
"""Saved states, drawn at random, that are looked at for how little is missing in them."""


def is_held_out(origin: int) -> bool:
    """Whether states of this episode are for trials."""
    return child_seed(origin, "held out") % HELD_OUT_EVERY == 0


def practice_seed(session: Session, *, held_out: bool = False) -> int:
    """A seed never used before, of an episode on this side of the split."""
    while is_held_out(seed := job_seed(session)) != held_out:
        pass
    return seed


@dataclass(frozen=True, slots=True)
class StartStates:
    """States to practise a skill from.

    Attributes:
        train: for training.
        held_out: for trials, of other episodes.
        fresh: whether it can be practised from the beginning of a new game as well.
    """

    train: tuple[Start, ...]
    held_out: tuple[Start, ...]
    fresh: bool = False

    def __bool__(self) -> bool:
        return bool(self.held_out)

    @classmethod
    def split(cls, starts: Sequence[Start], *, fresh: bool = False) -> StartStates:
        """The states of a skill, those held out of its training apart."""
        return cls(
            train=tuple(start for start in starts if not is_held_out(start.origin)),
            held_out=tuple(start for start in starts if is_held_out(start.origin)),
            fresh=fresh,
        )


def find_states(session: Session, roster: Roster, beginnings: Beginnings, draft: Skill) -> StartStates:
    """States in which a skill will be used: after its prerequisites; played for while they are too few."""
    session.live.doing("searching", draft.name)
    train, trials = 0, SCRIPTED_TRIALS
    if draft.policy.kind == "learned":
        cost = reach_cost(session.graph, session.graph.belief(draft.name), beginnings.carried)
        train = min(TRAIN_STATES, max(FEWEST_STATES, round(REACH_STEPS / max(cost, 1.0))))
        trials = LEARNED_TRIALS // 2
    states = StateSearch(session, roster, beginnings, draft).find(train, trials)
    session.run.event("ground", skill=draft.name, train=len(states.train), trial=len(states.held_out))
    return states


def at_hand(session: Session, beginnings: Beginnings, skill: str) -> bool:
    """Whether there are states from which a skill can be practised without any play.

    They come from an arena or, for facts that no skill brings about, such as stairs that were taken before or
    a plant that ripened unattended, from all play so far.
    """
    needs = session.graph.belief(skill).needs
    if beginnings.arenas.at_hand(skill, session.bank, needs):
        return True
    unplanned = needs.keys() - beginnings.carried.keys()
    by_chance = any(not _in_prospect(session, fact) for fact in unplanned)
    return by_chance and len(session.bank.matching(needs)) >= FEWEST_STATES


def _in_prospect(session: Session, fact: str) -> bool:
    """Whether a skill brings the fact about, or may yet: none that was set aside or given up."""
    skills = session.state.skills
    for name in session.graph.producers(fact):
        progress = skills.get(name)
        if progress is None or progress.status == "admitted":
            return True
        if progress.status == "open" and progress.waiting_round < 0:
            return True
    return False


@dataclass(slots=True)
class StateSearch:
    """A search for the states of one skill.

    Attributes:
        session: the session; its bank is filled.
        roster: what can be executed on the way.
        beginnings: what a game begins with, and its arenas.
        skill: the skill.
    """

    session: Session
    roster: Roster
    beginnings: Beginnings
    skill: Skill
    _kit: Kit = field(init=False)
    _initiation: InitiationFunction = field(init=False)
    _highest: Mapping[int, int] = field(init=False)

    def __post_init__(self) -> None:
        """Load the skill's initiation set. Raises `CodeRejected`."""
        self._kit = self.roster.kit
        source, names = self.skill.option.initiation, self.session.fact_names
        self._initiation = InitiationFunction(self.session.sandbox, source, names)
        highest = highest_at_start(self.session, self.skill)
        self._highest = {self.session.spec.fact_index[fact]: most for fact, most in highest.items()}

    def find(self, n_train: int, n_held_out: int) -> StartStates:
        """States from which the skill can be practised; plays to reach more when there are too few.

        Args:
            n_train: states wanted for training.
            n_held_out: states wanted for trials.
        """
        needs = self.session.graph.belief(self.skill.name).needs
        for attempt in range(SEARCH_ROUNDS):
            states = self.eligible(needs)
            short_train, short_trials = n_train - len(states.train), n_held_out - len(states.held_out)
            if max(short_train, short_trials) <= 0:
                break
            if attempt > 1 and 3 * len(states.train) >= n_train and 3 * len(states.held_out) >= n_held_out:
                break
            for short, held_out in ((short_train, False), (short_trials, True)):
                if short > 0:
                    self._play(self._jobs_towards(needs, min(max(short, 12), 60), held_out))
        return self.eligible(needs)

    def eligible(self, needs: Mapping[str, int]) -> StartStates:
        """The states in the bank in which the skill may start, is not done yet, and nothing comes first."""
        spec, bank, skill = self.session.spec, self.session.bank, self.skill
        levels = {f: n for f, n in skill.effects.obtains.items() if not is_gain(spec.fact_kinds[f])}
        guarded = skill.name in self._kit.guard.ranking
        open_ended = len(levels) < len(skill.effects.obtains)
        label = request_label(skill.name)
        enough_requested = guarded and bank.labels.get(label, 0) >= ENOUGH_REQUESTED_STATES
        requested: list[Start] = []
        others: list[Start] = []
        for start, facts, why in bank.labelled(needs):
            reached = levels and all(facts[spec.fact_index[f]] >= n for f, n in levels.items())
            if reached and not open_ended:
                continue
            if not self.beginnings.arenas.fits(skill.name, start.origin):
                continue
            if not (self._can_be_seen(facts) and self._initiation.batch(facts[None])[0]):
                continue
            if not guarded and self._urgent(facts.tolist()):
                continue
            (requested if why in (label, handoff_label(skill.name)) else others).append(start)
        enough_requested = enough_requested or len(requested) >= ENOUGH_REQUESTED_STATES
        if enough_requested and len(others) > len(requested):
            kept = self.session.rng.choice(len(others), len(requested), replace=False)
            others = [others[i] for i in sorted(kept.tolist())]
        fresh = (
            not (needs or guarded)
            and self.beginnings.arenas.in_game(skill.name)
            and self._can_be_seen(self.beginnings.first)
            and bool(self._initiation.batch(self.beginnings.first[None])[0])
        )
        return StartStates.split(requested + others, fresh=fresh)

    def _can_be_seen(self, row: NDArray[np.int32]) -> bool:
        """Whether success from a state could be seen: what must rise has room to."""
        return all(row[column] <= most for column, most in self._highest.items())

    def _urgent(self, row: Sequence[int]) -> bool:
        return self.roster.urgent(dict(zip(self.session.fact_names, row, strict=True)))

    def _play(self, jobs: Sequence[Job]) -> None:
        """Play jobs for the states that they lead to, for as long as there is budget."""
        for first in range(0, len(jobs), JOBS_PER_BATCH):
            if self.session.budget.reason:
                return
            play(self.session, self.roster, self._kit, jobs[first : first + JOBS_PER_BATCH])

    def _jobs_towards(self, needs: Mapping[str, int], count: int, held_out: bool) -> list[Job]:
        """Jobs towards states that meet the needs, or onwards from such states if they are too few.

        Args:
            needs: what the skill needs.
            count: states wanted.
            held_out: whether they are for trials.
        """
        session, rng = self.session, self.session.rng
        meeting = [start for start, _ in session.bank.states(needs) if self._fits(start, held_out)]
        in_game = self.beginnings.arenas.in_game(self.skill.name)
        if needs and len(meeting) < count:
            nearest = self._nearest(needs, count, held_out)
            jobs = [Job(seed=job_seed(session), start=start, goal=needs) for start in nearest]
            more = count - len(jobs) if in_game else 0
            return jobs + [
                Job(seed=practice_seed(session, held_out=held_out), goal=needs) for _ in range(more)
            ]
        movers = [
            name
            for name, skill in self._kit.skills.items()
            if skill.policy.kind == "learned" and name != self.skill.name
        ]
        time_must_pass = bool(self._highest and movers and meeting)  # bars are full at the beginning
        if in_game and not needs and len(meeting) < 3 * count and not time_must_pass:
            return [Job(seed=practice_seed(session, held_out=held_out)) for _ in range(count)]
        if not movers or not meeting:
            return []
        return [
            Job(
                seed=job_seed(session),
                start=meeting[int(rng.integers(len(meeting)))],
                skill=movers[int(rng.integers(len(movers)))],
            )
            for _ in range(count)
        ]

    def _fits(self, start: Start, held_out: bool) -> bool:
        side = is_held_out(start.origin) == held_out
        return side and self.beginnings.arenas.fits(self.skill.name, start.origin)

    def _nearest(self, needs: Mapping[str, int], count: int, held_out: bool) -> list[Start]:
        """Fitting states from which little is missing, of different episodes, at most 2/3 of `count`."""
        session, goal = self.session, Goal(facts=needs)
        offers = [offer for offer in session.bank.states({}) if self._fits(offer[0], held_out)]
        order = session.rng.permutation(len(offers))[:PRICED_STATES]
        priced: list[tuple[float, int]] = []
        for index in order.tolist():
            facts = dict(zip(session.fact_names, offers[index][1].tolist(), strict=True))
            if self.roster.urgent(facts):
                continue
            try:
                plan = cheapest(session.graph, goal, facts)
            except PlanningError:
                continue
            if plan.possible:
                priced.append((plan.expected_steps, index))
        chosen: dict[int, Start] = {}
        for _, index in sorted(priced):
            start = offers[index][0]
            chosen.setdefault(start.origin, start)
            if len(chosen) >= 2 * count // 3:
                break
        return list(chosen.values())
