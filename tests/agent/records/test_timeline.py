"""An episode along its moments, from what executors decided."""

from typing import Any

from agent.records.endings import Ending
from agent.records.timeline import Timeline, timeline

DIED = Ending(kind="died", step=130, words="died: lava, step 130")


def plan(step: int, *steps: str, first: bool = False, length: int | None = None) -> dict[str, Any]:
    return {
        "kind": "plan_made" if first else "replanned", "env_step": step, "goal": {"pick": 1}, "missing": {},
        "steps": list(steps), "length": length or len(steps), "expected_steps": 40.0,
    }  # fmt: skip


def started(step: int, skill: str) -> dict[str, Any]:
    return {"kind": "skill_started", "env_step": step, "skill": skill}


def ended(step: int, skill: str, outcome: str = "done", reason: str = "") -> dict[str, Any]:
    return {
        "kind": "skill_ended", "env_step": step, "skill": skill, "outcome": outcome, "reason": reason,
        "env_steps": 1, "interrupted_by": "", "changes": {"wood": 1},
    }  # fmt: skip


def preempted(step: int, skill: str, interrupted: str) -> dict[str, Any]:
    return {"kind": "guard_preempted", "env_step": step, "skill": skill, "interrupted": interrupted}


def told(*events: dict[str, Any]) -> Timeline:
    """Of an episode whose record begins at step 100 and has 30 steps."""
    return timeline(events, 100, 30, DIED)


GUARDED = (
    plan(100, "get_wood", "make_pick", first=True),
    started(100, "get_wood"),
    preempted(104, "flee", "get_wood"),
    started(104, "flee"),
    ended(108, "flee"),
    ended(110, "get_wood"),
    plan(110, "make_pick"),
    started(110, "make_pick"),
    ended(120, "make_pick", "not_done", "no bench"),
    plan(120, "place_bench", "make_pick"),
    started(120, "place_bench"),
)


def test_skills_lie_one_in_the_other() -> None:
    line = told(*GUARDED)
    assert [(s.skill, s.role, s.depth, s.begin, s.end, s.outcome) for s in line.spans] == [
        ("get_wood", "plan", 0, 0, 10, "done"),
        ("flee", "guard", 1, 4, 8, "done"),
        ("make_pick", "plan", 0, 10, 20, "not_done"),
        ("place_bench", "plan", 0, 20, 30, ""),
    ]
    shown = {moment: span.skill for moment in range(31) if (span := line.span_at(moment))}
    assert [shown[m] for m in (0, 3, 4, 7, 8, 9, 10, 19, 20, 30)] == [
        "get_wood", "get_wood", "flee", "flee", "get_wood", "get_wood", "make_pick", "make_pick",
        "place_bench", "place_bench",
    ]  # fmt: skip


def test_what_stands_out_is_marked() -> None:
    assert [(mark.moment, mark.kind, mark.text) for mark in told(*GUARDED).marks] == [
        (0, "plan", "plan of 2 steps, about 40 game steps"),
        (4, "guard", "guard: flee; get wood waits"),
        (20, "failed", "make pick: no bench"),
        (20, "replan", "new plan of 2 steps, about 40 game steps"),
        (30, "death", "died: lava, step 130"),
    ]


def test_the_place_in_the_plan_counts_what_was_done() -> None:
    line = told(*GUARDED)
    places = [plan.place if (plan := line.plan_at(moment)) else None for moment in (0, 9, 10, 20)]
    assert places == [(1, 2), (1, 2), (2, 2), (2, 3)]


def test_what_is_left_of_a_plan_is_no_new_plan() -> None:
    steps = [f"s{i}" for i in range(30)]
    line = told(
        plan(100, *steps[:20], first=True, length=30),
        plan(101, *steps[1:21], length=29),
        plan(102, *steps[1:21], length=29),
        plan(103, *steps[5:25], length=25),
    )
    assert [plan.changed for plan in line.plans] == [True, False, False, True]


def test_parts_of_chains_and_fallbacks_are_told_apart() -> None:
    line = told(
        started(100, "chain"),
        started(100, "part"),
        ended(103, "part"),
        ended(105, "chain"),
        {"kind": "fallback_forced", "env_step": 105, "skill": "explore", "reason": "stuck"},
        started(105, "explore"),
        ended(109, "explore"),
    )
    assert [(span.skill, span.role) for span in line.spans] == [
        ("chain", "plan"), ("part", "part"), ("explore", "fallback"),
    ]  # fmt: skip


def test_events_of_other_versions_and_places_do_no_harm() -> None:
    line = told(
        {"kind": "skill_started"},
        {"kind": "who_knows", "env_step": 3},
        {"kind": "plan_made", "env_step": "x"},
        started(5, "early"),
        ended(999, "late", "unclear", "\x1b[31mred"),
    )
    assert [(span.skill, span.begin, span.end) for span in line.spans] == [("early", 0, 30), ("late", 30, 30)]
    assert "\x1b" not in "".join(mark.text for mark in line.marks)


def test_an_episode_of_which_nothing_was_told() -> None:
    line = told()
    assert (line.spans, line.plans, line.span_at(3), line.plan_at(3)) == ((), (), None, None)
    assert [mark.text for mark in line.marks] == [DIED.words]
