"""Which skill may be practised beside those that turns are under way of.

Steps are what runs out, not slots. A skill is begun beside others only where one slot would come to it with
the same budget, so that several slots are quicker and do not spend the steps on something else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from agent.design.effects import SkillClaim
from agent.practice.arenas import Beginnings
from agent.practice.curriculum import ranked
from agent.practice.roster import Roster
from agent.practice.session import Session
from agent.practice.session_state import SkillProgress
from agent.practice.start_states import at_hand
from planners.graph.graph import SkillGraph

LONGEST_LOOK: Final = 40
"""Skills that are looked ahead; what one slot would come to after so many may be begun at any time."""


def begun_beside(
    session: Session,
    roster: Roster,
    beginnings: Beginnings,
    order: Sequence[SkillClaim],
    claims: Sequence[SkillClaim],
    under_way: Collection[str],
) -> list[SkillClaim]:
    """The skills that may be begun now, the first one first; none where a turn must end before.

    What one slot would do is looked ahead: all that is under way succeeds, and so does whatever would come
    next, until the steps that are left are spent.

    Args:
        session: the session.
        roster: what can be executed.
        beginnings: what a game begins with.
        order: the skills within reach, by preference.
        claims: all skills that no turn is under way of.
        under_way: skills that turns are under way of.
    """
    if not under_way or not order:
        return list(order)
    if waits_for_weights(session.state.skills, order[0], under_way, roster.learns_from_nothing):
        return []
    if session.rule == "uniform":
        return list(order)
    wanted = _next_of_one_slot(session, roster, beginnings, order, claims, under_way)
    return [] if wanted is None else [wanted, *(claim for claim in order if claim is not wanted)]


def waits_for_weights(
    skills: Mapping[str, SkillProgress], claim: SkillClaim, under_way: Collection[str], from_nothing: bool
) -> bool:
    """Whether a skill had better wait for the first training of all, since its network is a good beginning.

    Without one a training takes up to three times the steps, and no less time than both one after the other.

    Args:
        skills: how far each has come.
        claim: the skill.
        under_way: skills that turns are under way of.
        from_nothing: whether there is no network yet that could be begun with.

    >>> from agent.testing.abilities import Ability
    >>> chop, new = Ability(name="chop", obtains={"wood": 1}).claim, {"chop": SkillProgress()}
    >>> waits_for_weights(new, chop, ["mine"], True), waits_for_weights(new, chop, ["mine"], False)
    (True, False)
    """
    if not from_nothing or claim.reply.action or not under_way:
        return False
    return not any(progress.train_steps for progress in skills.values())


def _next_of_one_slot(
    session: Session,
    roster: Roster,
    beginnings: Beginnings,
    order: Sequence[SkillClaim],
    claims: Sequence[SkillClaim],
    under_way: Collection[str],
) -> SkillClaim | None:
    """The first skill of those within reach that one slot would come to; None if its steps end before."""
    now = {claim.task.name for claim in order}
    graph, progress, left = session.graph.copy(), dict(session.state.skills), list(claims)
    for name in under_way:
        _suppose(graph, progress, name)
    steps, each = 0.0, steps_of_a_skill(session)
    for _ in range(LONGEST_LOOK):
        following = ranked(
            graph, left, progress, roster.always_taken(), beginnings.carried,
            lambda skill: at_hand(session, beginnings, skill), session.rule,
        )  # fmt: skip
        if not following:
            break
        first = following[0]
        steps += 0 if first.reply.action else each
        if steps > session.budget.steps_left:
            return None
        if first.task.name in now:
            return first
        _suppose(graph, progress, first.task.name)
        left = [claim for claim in left if claim is not first]
    return order[0]


def _suppose(graph: SkillGraph, progress: dict[str, SkillProgress], name: str) -> None:
    """Let a skill be admitted."""
    progress[name] = progress[name].model_copy(update={"status": "admitted"})
    if name in graph:
        graph.set_available(name, True)


def steps_of_a_skill(session: Session) -> float:
    """What a learned skill takes with all of its play: as much as those so far, or a round of training."""
    trained = sum(progress.train_steps > 0 for progress in session.state.skills.values())
    return session.state.steps / trained if trained else float(session.config.round_steps)
