"""What executors report: in which order, as which plain records, and that all of it can be written down."""

import json
import pickle

import pytest

from planners.execution import events
from planners.execution.events import ExecutorEvent, PlanMade, SkillEnded
from planners.execution.plan_executor import PlanExecutor
from planners.execution.policy_over_skills import PolicyOverSkillsExecutor
from planners.plan import Execution, Goal, Plan, Verdict
from tests.planners.tiny_game import TinyGame, add, make_options, most_urgent, tiny_graph

CHOP = ("chop", {"wood": 1})
DRINK = ("drink", {"water": 9})
LOOK = ("look", {"raft": 1})


def refill(facts):
    facts["water"] = 10


@pytest.fixture
def played():
    """Events of a play by plans: two failures, a fallback, a guard, success."""
    heard = []

    def chop(facts):
        facts["wood"] += facts["plank"]
        facts["water"] -= 1

    game = TinyGame({"chop": chop, "look": add("plank"), "drink": refill}, water=9)
    PlanExecutor(
        tiny_graph(CHOP, DRINK, ("look", {"plank": 1}), step_cap=2), make_options(), fallbacks=["look"],
        guard=most_urgent(drink=lambda facts: facts["water"] < 6), on_event=heard.append,
    ).run(game, Goal(facts={"wood": 1}))  # fmt: skip
    return heard


def test_the_decisions_of_a_play_by_plans_in_order(played):
    assert [(event.kind, getattr(event, "skill", ""), event.env_step) for event in played] == [
        ("plan_made", "", 0),
        ("skill_started", "chop", 0),
        ("skill_ended", "chop", 2),
        ("replanned", "", 2),
        ("skill_started", "chop", 2),
        ("skill_ended", "chop", 4),
        ("skill_struck", "chop", 4),
        ("replanned", "", 4),
        ("fallback_forced", "look", 4),
        ("skill_started", "look", 4),
        ("guard_preempted", "drink", 4),
        ("skill_started", "drink", 4),
        ("skill_ended", "drink", 5),
        ("skill_ended", "look", 6),
        ("replanned", "", 6),
        ("skill_started", "chop", 6),
        ("skill_ended", "chop", 7),
        ("play_ended", "", 7),
    ]


def test_records_are_plain_and_events_can_cross_a_process_border(played):
    for event in played:
        record = event.to_record()
        assert json.loads(json.dumps(record)) == record
        assert pickle.loads(pickle.dumps(event)) == event
        assert record["kind"] == event.kind and "at" not in record


def test_records_of_a_policy_over_skills():
    heard = []

    def choose(start, facts, last, failures):
        return "chop"

    game = TinyGame({"chop": lambda facts: None, "look": lambda facts: None}, max_steps=10_000)
    executor = PolicyOverSkillsExecutor(
        tiny_graph(CHOP, LOOK), make_options(), fallbacks=["look"], on_event=heard.append
    )
    result = executor.run(game, choose, {"raft": 1})
    *_, gave_up, ended = [event.to_record() for event in heard]
    assert gave_up == {"kind": "watchdog_gave_up", "env_step": game.steps, "reason": result.reason}
    assert ended == {
        "kind": "play_ended", "env_step": game.steps, "end": "stuck", "outcome": "not_done",
        "reason": result.reason, "env_steps": result.env_steps,
    }  # fmt: skip
    assert sum(event.kind == "fallback_forced" for event in heard) == result.rescues == 6


def test_a_long_plan_is_recorded_by_its_beginning():
    plan = Plan(goal=Goal(facts={"wood": 50}), steps=("chop",) * 50, expected_steps=100 / 3)
    record = PlanMade.of(plan, 7).to_record()
    assert record == {
        "kind": "plan_made", "env_step": 7, "goal": {"wood": 50}, "steps": ["chop"] * 20, "length": 50,
        "expected_steps": 33.33, "missing": {},
    }  # fmt: skip


def test_changes_leave_out_what_changes_by_itself():
    kinds = {"wood": "count", "near.tree": "place", "water": "level", "distance.tree": "distance"}
    before = {"wood": 1, "near.tree": 1, "water": 9, "distance.tree": 4}
    after = {"wood": 3, "near.tree": 0, "water": 7, "distance.tree": 2}
    verdict = Verdict(outcome="done", reason="seen", judge="test")
    execution = Execution(skill="chop", verdict=verdict, env_steps=5, before=before, after=after)
    assert SkillEnded.of(execution, kinds, 9).changes == {"wood": 2, "near.tree": -1}


def test_every_kind_has_a_name_of_its_own():
    classes = [value for value in vars(events).values() if isinstance(value, type)]
    kinds = [cls.kind for cls in classes if issubclass(cls, ExecutorEvent) and cls is not ExecutorEvent]
    assert len(kinds) == len(set(kinds)) == 11
