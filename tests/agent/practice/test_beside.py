"""What is begun beside turns under way: nothing that one slot would not come to with the same steps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.play.kit import GuardCode
from agent.practice.beside import steps_of_a_skill
from agent.practice.choice import BY_WISH, Choice, choose_next
from agent.testing.abilities import Ability
from agent.testing.pools import StandInPool
from skills.code.sandbox import Sandbox
from tests.agent.practice.small_session import Small, small_session

BUDGET = 10**9
ENOUGH_FOR_ONE = int(0.4 * BUDGET)
"""Steps that were taken for one skill, so that there are enough left for one more and not for two."""
WOOD = Ability(name="wood", obtains={"wood": 1})
PICK = Ability(
    name="pick", kind="craft", requires={"wood": 1}, obtains={"pick": 1}, action="make_pick", until=False
)
GEM = Ability(name="gem", obtains={"gem": 1}, requires={"pick": 1})
STONE = Ability(name="stone", obtains={"stone": 1}, difficulty=5)
"""Within reach at any time, and never urgent, as the gem is that wood leads to."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def small(tmp_path: Path, sandbox: Sandbox) -> Small:
    pool = StandInPool(lambda job: None)  # type: ignore[arg-type,return-value]
    guard = GuardCode(source="def guard(facts, remaining): return ''", ranking=("gem",))
    small = small_session(tmp_path, pool, sandbox, also_known=(WOOD, PICK, GEM, STONE), guard=guard)
    small.session.state.skills["wood"].train_steps = 500  # networks learn from it
    return small


def chosen(small: Small, *under_way: str) -> Choice | None:
    claims = [one.claim for one in (WOOD, PICK, GEM, STONE) if one.name not in under_way]
    return choose_next(small.session, small.roster, small.beginnings, claims, under_way)


def name_of(choice: Choice | None) -> str:
    return choice.claim.task.name if choice else ""


def test_alone_what_comes_first_is_taken_however_few_steps_are_left(small: Small) -> None:
    small.session.state.steps = BUDGET - 1
    assert name_of(chosen(small)) == "wood"


def test_with_steps_for_everything_a_slot_takes_what_is_within_reach(small: Small) -> None:
    small.session.state.steps = 1_000
    assert steps_of_a_skill(small.session) == 1_000
    assert name_of(chosen(small, "wood")) == "stone"


def test_with_few_steps_left_it_waits_for_what_the_turn_under_way_leads_to(small: Small) -> None:
    small.session.state.steps = ENOUGH_FOR_ONE
    assert chosen(small, "wood") is None  # one slot would make a pick, and then spend the rest on the gem
    small.session.graph.set_available("wood", True)
    small.session.graph.set_available("pick", True)
    for name in ("wood", "pick"):
        skill = small.session.state.skills[name]
        skill.status, skill.rates = "admitted", [1.0]
    assert name_of(chosen(small)) == "gem"
    assert name_of(chosen(small, "gem")) == "stone"  # nothing else would come next


def test_what_would_come_next_anyhow_is_begun_with_few_steps_too(small: Small) -> None:
    small.session.state.steps = ENOUGH_FOR_ONE
    small.roster.guard = GuardCode()
    assert name_of(chosen(small, "wood")) == "stone"  # nearer than the gem
    small.session.state.steps = 2 * ENOUGH_FOR_ONE
    assert chosen(small, "wood") is None  # what is left is less than it takes
    assert name_of(chosen(small)) == "wood"


def test_wishes_do_not_wait(small: Small) -> None:
    small.session.state.steps = ENOUGH_FOR_ONE
    small.session.steering.queued[:] = ["stone"]
    choice = chosen(small, "wood")
    assert choice is not None and (name_of(choice), choice.reason) == ("stone", BY_WISH)


def test_the_first_training_of_all_is_waited_for_since_others_begin_with_its_network(small: Small) -> None:
    skills = small.session.state.skills
    skills["wood"].train_steps = 0
    assert small.roster.learns_from_nothing
    assert chosen(small, "wood") is None
    skills["wood"].train_steps = 500  # it did not succeed: there is no use in waiting for more
    assert name_of(chosen(small, "wood")) == "stone"


def test_where_no_order_is_kept_none_is_waited_for(tmp_path: Path, sandbox: Sandbox) -> None:
    pool = StandInPool(lambda job: None)  # type: ignore[arg-type,return-value]
    small = small_session(tmp_path, pool, sandbox, also_known=(WOOD, PICK, GEM, STONE), curriculum="uniform")
    small.session.state.skills["wood"].train_steps = 500
    small.session.state.steps = ENOUGH_FOR_ONE
    assert name_of(chosen(small, "wood")) == "stone"
