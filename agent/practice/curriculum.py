"""What to practise next: the frontier of what can be reached, by learning progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from agent.design.effects import SkillClaim
from agent.practice.prerequisites import limiting
from agent.practice.session_state import SkillProgress
from envs.facts import Facts
from planners.errors import PlanningError
from planners.graph.graph import SkillGraph
from planners.plan import Goal
from planners.search.search import cheapest
from skills.skill import Effects

NOTHING: Final[Facts] = MappingProxyType({})
"""No facts."""
FEWEST_ROUNDS = 4
"""Rounds of training that a skill gets before little progress counts against it."""
CRAFT_ROUNDS = 30
"""Rounds that a scripted skill gets: each may only raise a count that was claimed too low by one."""
LITTLE_PROGRESS = 0.05
"""Change of the success rate, 0..1, below which further rounds are probably wasted."""
FRUITLESS_ROUNDS = 2
"""Rounds added to a skill's own in the ranking while it has never succeeded, so that others come first."""
URGENT_ROUNDS = 4
"""Rounds in a row that a skill gets on which the player's life depends."""
WAIT_ROUNDS = 8
"""Rounds of other skills after which a skill that could not be practised anywhere is looked at again."""
POLISH_BELOW = 0.9
"""Admitted skills with a lower success rate are practised further."""
POLISH_ROUNDS = 4
"""Rounds of practice, at most, of an admitted skill."""


def in_reach(graph: SkillGraph, needs: Mapping[str, int], begun_with: Facts = NOTHING) -> bool:
    """Whether the skills at hand can bring about what is needed, starting with what a game begins with."""
    if not needs:
        return True
    try:
        return cheapest(graph, Goal(facts=needs), begun_with).possible
    except PlanningError:
        return False


def reach_cost(graph: SkillGraph, effects: Effects, begun_with: Facts = NOTHING) -> float:
    """Expected environment steps to bring about what a skill needs; 0 when it needs nothing."""
    if not effects.needs:
        return 0.0
    try:
        return cheapest(graph, Goal(facts=effects.needs), begun_with).expected_steps
    except PlanningError:
        return float("inf")


def hopeless(progress: SkillProgress, quick: bool) -> bool:
    """Whether further rounds would probably be wasted; `quick`: a round is a few single actions."""
    if quick:
        return progress.rounds >= CRAFT_ROUNDS
    return progress.rounds >= FEWEST_ROUNDS and progress.learning_progress < LITTLE_PROGRESS


def ranked(
    graph: SkillGraph,
    claims: Sequence[SkillClaim],
    progress: Mapping[str, SkillProgress],
    urgent: Sequence[str] = (),
    begun_with: Facts = NOTHING,
    at_hand: Callable[[str], bool] = lambda skill: False,
    rule: str = "progress",
    draw: Callable[[int], int] = lambda n: 0,
) -> list[SkillClaim]:
    """The skills that can be practised now, the one to practise next first.

    With the rule ``uniform`` only the first place is drawn; the others stand in no order.

    Args:
        graph: what skills need and bring.
        claims: all tasks.
        progress: how far each has come.
        urgent: skills that keep the player alive through all other practice.
        begun_with: what the player has when a game begins.
        at_hand: whether there are states to practise a skill from without any play.
        rule: see `agent.config.practice.PracticeConfig.curriculum`.
        draw: a number below its argument, for the rule ``uniform``.
    """
    candidates = within_reach(graph, claims, progress, urgent, begun_with, at_hand)
    if not candidates:
        return []
    if rule == "uniform":
        first = candidates[draw(len(candidates))]
        return [first, *(claim for claim in candidates if claim is not first)]
    if rule == "needs":
        return _most_needed(graph, claims, candidates, progress, urgent, begun_with)
    return sorted(
        candidates, key=lambda claim: _rank(graph, claim, progress[claim.task.name], urgent, begun_with)
    )


def within_reach(
    graph: SkillGraph,
    claims: Sequence[SkillClaim],
    progress: Mapping[str, SkillProgress],
    urgent: Sequence[str],
    begun_with: Facts,
    at_hand: Callable[[str], bool],
) -> list[SkillClaim]:
    """The skills that can be practised now: open ones, and admitted ones that still fail often.

    Admitted skills that still fail often, in trials or within the shorter episodes of training, are
    practised further in their turn, and so are those that failed where a chain handed over to them; `urgent`
    ones also in the states in which they turned out to be needed.
    """
    admitted = sum(p.status == "admitted" for p in progress.values())
    rounds = sum(p.rounds for p in progress.values())

    def waits(skill: SkillProgress) -> bool:
        return skill.waiting_since == admitted and rounds < skill.waiting_round + WAIT_ROUNDS

    candidates = [
        claim
        for claim in claims
        if progress[claim.task.name].status == "open"
        and not waits(progress[claim.task.name])
        and (at_hand(claim.task.name) or in_reach(graph, graph.belief(claim.task.name).needs, begun_with))
    ]
    return candidates + [
        claim
        for claim in claims
        if not claim.reply.action
        and progress[claim.task.name].status == "admitted"
        and not waits(progress[claim.task.name])
        and (
            progress[claim.task.name].handoff_rounds > 0
            or _practised_further(progress[claim.task.name], claim.task.name in urgent)
        )
    ]


def _most_needed(
    graph: SkillGraph,
    claims: Sequence[SkillClaim],
    candidates: Sequence[SkillClaim],
    progress: Mapping[str, SkillProgress],
    urgent: Sequence[str],
    begun_with: Facts,
) -> list[SkillClaim]:
    """The rule ``needs``: expected progress, times how many tasks the skill keeps out of reach.

    Skills of a single action come first here too. The cheapest to get to comes first among equals.
    """
    rates = {name: _rate(p) for name, p in progress.items() if p.rates}
    gains = limiting(graph, [claim.task.name for claim in claims], rates, urgent)

    def rank(claim: SkillClaim) -> tuple[bool, float, float, int]:
        name = claim.task.name
        worth = expected_progress(progress[name]) * gains[name]
        cost = reach_cost(graph, graph.belief(name), begun_with)
        return (_takes_training(claim), -round(worth, 6), cost, claim.task.difficulty)

    return sorted(candidates, key=rank)


def expected_progress(progress: SkillProgress) -> float:
    """How much a further round may change the success rate, 0..1: as much as the last one did, or hope.

    Hope is what lacks to always, less of it after every round.

    >>> expected_progress(SkillProgress()), expected_progress(SkillProgress(rounds=3, rates=[0, 0, 0]))
    (1.0, 0.25)
    """
    if not progress.rates:
        return 1.0
    last = abs(progress.rates[-1] - progress.rates[-2]) if len(progress.rates) > 1 else 0.0
    return max(last, (1.0 - _rate(progress)) / (1 + progress.rounds))


def _takes_training(claim: SkillClaim) -> bool:
    """Whether a round is more than a few single actions, which tell at once whether they work."""
    return not claim.reply.action or claim.reply.until


def _practised_further(progress: SkillProgress, urgent: bool) -> bool:
    """Whether an admitted skill is practised further."""
    if urgent:
        return progress.rounds <= URGENT_ROUNDS
    return _rate(progress) < POLISH_BELOW and progress.rounds < POLISH_ROUNDS


def _rate(progress: SkillProgress) -> float:
    """Success rate of a skill that was tried, in trials or in training, whichever is lower."""
    return min(progress.rates[-1], progress.training_rate)


def _rank(
    graph: SkillGraph,
    claim: SkillClaim,
    progress: SkillProgress,
    urgent: Sequence[str],
    begun_with: Facts,
) -> tuple[bool, int, bool, float, float, float, int]:
    """The rule ``progress``; smaller is earlier.

    Scripted skills of a single action come first. Then, among skills tried equally often, the `urgent` ones.
    Then whatever is learned fastest (skills never tried count as learned fastest), the cheapest to get to
    among equals; skills that never succeeded come after the others.
    """
    learned = _takes_training(claim)
    cost = reach_cost(graph, graph.belief(claim.task.name), begun_with)
    calm = claim.task.name not in urgent
    rounds = progress.rounds
    if progress.status == "open" and not calm:
        rounds //= URGENT_ROUNDS
    if progress.rates and not any(progress.rates):
        rounds += FRUITLESS_ROUNDS
    rate = _rate(progress) if progress.status == "admitted" and calm else 0.0
    return (learned, rounds, calm, rate, -progress.learning_progress, cost, claim.task.difficulty)
