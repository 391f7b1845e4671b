"""Which skill a turn of practice takes, and why, in words: the curriculum's choice, or a person's wish."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent.design.effects import SkillClaim
from agent.practice.arenas import Beginnings
from agent.practice.beside import begun_beside
from agent.practice.curriculum import in_reach, ranked, reach_cost
from agent.practice.roster import Roster
from agent.practice.session import Session
from agent.practice.session_state import SkillProgress
from agent.practice.start_states import at_hand
from envs.text import counted, plain

MOST_NEXT: Final = 3
"""Skills that are named as coming next."""
BY_WISH: Final = "a person asked for it"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a turn takes.

    Attributes:
        claim: the skill.
        reason: why this one, in words.
        following: the skills that would come next, as things stand.
    """

    claim: SkillClaim
    reason: str
    following: tuple[str, ...] = ()


def choose_next(
    session: Session,
    roster: Roster,
    beginnings: Beginnings,
    claims: Sequence[SkillClaim],
    under_way: Collection[str] = (),
) -> Choice | None:
    """The skill to practise next; None when nothing is left to do, or nothing until a turn has ended.

    Wishes come first where they can be practised, and those that cannot are told why.

    Args:
        session: the session.
        roster: what can be executed.
        beginnings: what a game begins with.
        claims: what may be chosen.
        under_way: skills that turns are under way of, see `begun_beside`.
    """
    state, rule = session.state, session.rule
    order = ranked(
        session.graph, claims, state.skills, roster.always_taken(), beginnings.carried,
        lambda skill: at_hand(session, beginnings, skill), rule,
        lambda n: int(session.rng.integers(n)),
    )  # fmt: skip
    wishes = _Wishes(session, beginnings, {claim.task.name: claim for claim in claims})
    wished = session.steering.next_of(wishes.can({c.task.name for c in order}), wishes.why_not)
    if not wished:
        order = begun_beside(session, roster, beginnings, order, claims, under_way)
    if not wished and not order:
        return None
    claim = wishes.claims[wished] if wished else order[0]
    following = [c.task.name for c in order if c.task.name != claim.task.name]
    if rule == "uniform":
        following = []
    following = [name for name in session.steering.queued if name in wishes.claims] + following
    reason = BY_WISH if wished else _why(session, roster, beginnings, claim, len(order))
    return Choice(claim, reason, tuple(dict.fromkeys(following))[:MOST_NEXT])


@dataclass(slots=True)
class _Wishes:
    session: Session
    beginnings: Beginnings
    claims: Mapping[str, SkillClaim]
    _possible: set[str] = field(default_factory=set)

    def can(self, chosen_from: set[str]) -> set[str]:
        """The skills that a wish may have practised: also good ones, and those that wait for their turn."""
        queued = [name for name in self.session.steering.queued if name in self.claims]
        return chosen_from | {name for name in queued if not self.why_not(name)[0]}

    def why_not(self, name: str) -> tuple[str, bool]:
        """Why a skill cannot be practised now (empty if it can), and whether that may change."""
        session = self.session
        progress = session.state.skills.get(name)
        if progress is None:
            return "it is no skill of this practice", False
        if progress.status in ("abandoned", "retired"):
            was = "given up" if progress.status == "abandoned" else "retired"
            return f"it was {was}: {plain(progress.reason, 200)}", False
        claim = self.claims.get(name)
        if claim is None:
            return "the model has to answer first" if session.outages.on else "it is no task of its own", (
                session.outages.on
            )
        if progress.status == "admitted" and claim.reply.action:
            return "it is a single action that works, and practice changes nothing in it", False
        needs = session.graph.belief(name).needs
        if at_hand(session, self.beginnings, name) or in_reach(session.graph, needs, self.beginnings.carried):
            return "", True
        lacking = ", ".join(f"{count} {fact}" for fact, count in needs.items())
        return f"no skill at hand leads to what it needs ({lacking})", True


def _why(session: Session, roster: Roster, beginnings: Beginnings, claim: SkillClaim, among: int) -> str:
    name, rule = claim.task.name, session.rule
    progress = session.state.skills[name]
    if among == 1:
        return "nothing else is within reach"
    if rule == "uniform":
        return f"drawn among {among:,} within reach"
    if claim.reply.action and not claim.reply.until:
        return "a single action, which tells at once whether it works"
    if rule == "needs":
        return "what it may still learn, and what it keeps out of reach, weigh most"
    if progress.status == "open" and name in roster.guard.ranking:
        return "the player's life depends on it"
    cost = reach_cost(session.graph, session.graph.belief(name), beginnings.carried)
    return why_first(progress, cost, among)


def why_first(progress: SkillProgress, cost: float, among: int) -> str:
    """Why the rule ``progress`` puts a trained skill first.

    Args:
        progress: how far it has come.
        cost: expected steps to where it can be practised.
        among: skills within reach.

    >>> why_first(SkillProgress(), 120.0, 4)
    'not practised yet, and nearest of the 4 within reach, about 120 steps away'
    >>> why_first(SkillProgress(rounds=2, rates=[0.1, 0.4]), 0, 4)
    'practised for 2 rounds, and its success rate moved by 30 points in the last one'
    """
    if progress.status == "admitted" and progress.handoff_rounds > 0:
        return "it failed where a chain handed over to it"
    if progress.status == "admitted" and progress.rates:
        rate = min(progress.rates[-1], progress.training_rate)
        return f"admitted, and still fails often: {rate:.0%} succeed"
    if not progress.rates:
        if not cost:
            return "not practised yet, and can be practised at once"
        away = f"about {counted(round(cost), 'step')} away"
        return f"not practised yet, and nearest of the {among:,} within reach, {away}"
    rounds = f"practised for {counted(progress.rounds, 'round')}"
    if not any(progress.rates):
        return f"{rounds} without a success; the others were practised more"
    if len(progress.rates) < 2:
        return f"{rounds}, fewer than the others"
    moved = round(100 * progress.learning_progress)
    return f"{rounds}, and its success rate moved by {counted(moved, 'point')} in the last one"
