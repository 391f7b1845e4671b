"""Which proposals are refused, and why."""

from dataclasses import replace

import pytest

from agent.design.proposal_rules import KnownTask, Rules
from agent.design.proposer import Situation
from agent.likeness.reserved import ReservedTask
from agent.llm.replies import ProposedTask
from agent.testing.toy import SPEC

KNOWN = (
    KnownTask(
        name="collect_wood", description="Take wood from a tree.",
        obtains={"wood": 1, "did.collect_wood": 1},
    ),
    KnownTask(
        name="stand_between", description="Stand between trees.", obtains={},
        claim="the player stands between two trees",
    ),
)  # fmt: skip
RESERVED = (
    ReservedTask(
        suite="crafter-composites", name="much", texts=("hold four stones beside a bench",),
        facts={"stone": 4, "near.bench": 1},
    ),
)  # fmt: skip
RULES = Rules(spec=SPEC, first={"facing.blocked": 1}, known=KNOWN, reserved=RESERVED)
SITUATION = Situation(
    brings=frozenset({"wood", "stone", "near.bench"}), failed={"reach_gem": "it was given up: too hard"}
)


def task(name: str = "do_it", claim: str = "", **obtains: int) -> ProposedTask:
    facts = {fact.replace("_at_", "."): count for fact, count in obtains.items()}
    return ProposedTask(
        name=name, kind="act", description=f"Do what {name} says.", obtains=facts, claim=claim, difficulty=2
    )


@pytest.mark.parametrize(
    ("proposed", "why"),
    [
        (task(woods=1), "'woods' is no fact of the game; did you mean 'wood'?"),
        (task(wood=10), "wood never gets as high as 10"),
        (task(claim="a rock"), "the claim says too little to be judged by looking"),
        (task(claim="the player holds some wood beside rocks"), "the claim is vague: 'some'"),
        (task(facing_at_blocked=1), "it holds at the start of every game"),
        (task("collect_wood", stone=1), "collect_wood was proposed before"),
        (task(wood=1), "it brings the same as collect_wood"),
        (task(claim="between two trees the player stands"), "it says the same as stand_between"),
        (task(stone=4, near_at_bench=1), "it is too close to a task of the suite crafter-composites"),
        (task(claim="hold 4 stones beside the bench"), "it is too close to a task of the suite"),
        (task("reach_gem", gem=1), "it was tried before: it was given up: too hard"),
        (task(gem=1, pick=1), "2 new things at once: gem, pick"),
    ],
)  # fmt: skip
def test_a_bad_task_is_refused_with_the_reason(proposed: ProposedTask, why: str) -> None:
    assert RULES.objection(proposed, SITUATION).startswith(why)


@pytest.mark.parametrize(
    "proposed",
    [
        task(wood=2),
        task(stone=3, near_at_bench=1),
        task(gem=1),
        task(claim="the player stands on grass with a rock above and a rock below"),
    ],
)
def test_a_good_task_is_taken(proposed: ProposedTask) -> None:
    assert RULES.objection(proposed, SITUATION) == ""


def test_without_anybody_who_looks_a_claim_is_refused() -> None:
    alone = replace(RULES, looking=False)
    good = task(claim="the player stands on grass with a rock above and a rock below")
    assert alone.objection(good, SITUATION) == "no facts state it, and nobody here judges by looking"
    deaf = replace(RULES, understood=lambda claim: "moon" in claim)
    assert deaf.objection(good, SITUATION) == "no facts state it, and the judge here cannot read the claim"
    assert alone.objection(task(wood=2), SITUATION) == ""


def test_of_two_tasks_that_bring_the_same_the_first_is_taken() -> None:
    taken, refused = RULES.sifted([task("one", wood=3), task("two", wood=3)], SITUATION)
    assert [t.name for t in taken] == ["one"]
    assert refused == {"two": "it brings the same as one"}
