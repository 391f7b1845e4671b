"""Chains: their parts in order, under guards, with statuses of their own."""

from envs.facts import EndStatus
from planners.execution.chain import PART_ATTEMPTS, ChainOption
from planners.execution.plan_executor import PlanExecutor
from planners.plan import Goal
from skills.skill import Effects, SkillKind
from tests.planners.tiny_game import Repeat, TinyGame, add, make_options, most_urgent, tiny_graph

CHOP = ("chop", {"wood": 1})
SAW = ("saw", {"plank": 1}, {"wood": 1})
FIND = ("find", {"near.river": 1})
DRINK = ("drink", {"water": 9})


def take(fact, given):
    def effect(facts):
        facts[fact] -= 1
        facts[given] += 1

    return effect


def reach(fact):
    return lambda facts: facts.__setitem__(fact, 1)


ACTIONS = {"chop": add("wood"), "saw": take("wood", "plank"), "find": reach("near.river"),
           "drink": lambda facts: facts.__setitem__("water", 9)}  # fmt: skip


def chain(*parts, starts=lambda facts: True, stops=lambda start, facts, steps: False):
    return lambda: ChainOption(parts, starts, stops)


def play(game, parts, obtains, *, step_cap=50, graph=None, chains=(), **options):
    """Execute a chain `make` once; returns the execution, all results and all events."""
    graph = graph or tiny_graph(CHOP, SAW, FIND, DRINK)
    for name, effects in (("make", obtains), *((n, {}) for n, _ in chains)):
        graph.add_skill(name, SkillKind.CHAIN, Effects(obtains=effects), available=True, step_cap=step_cap)
    makers = {"make": chain(*parts), **{name: chain(*inner) for name, inner in chains}}
    guard = options.pop("guard", None)
    results, events = [], []
    executor = PlanExecutor(
        graph, make_options(**{**makers, **options}), guard=guard, on_result=results.append,
        on_event=events.append,
    )  # fmt: skip
    return executor.execute_skill(game, "make"), results, events


def statuses(events, name="make"):
    return [(e.part, e.status) for e in events if e.kind == "chain_part" and e.chain == name]


def test_parts_are_executed_in_order_and_each_is_on_record():
    game = TinyGame(ACTIONS)
    whole, results, events = play(game, ("chop", "chop", "saw"), {"plank": 1})
    assert game.log == ["chop", "chop", "saw"]
    assert (whole.verdict.outcome, whole.verdict.judge, whole.env_steps) == ("done", "facts", 3)
    assert [(r.skill, r.verdict.outcome, r.env_steps) for r in results] == [
        ("chop", "done", 1), ("chop", "done", 1), ("saw", "done", 1), ("make", "done", 3),
    ]  # fmt: skip
    assert statuses(events) == [("chop", "done"), ("chop", "done"), ("saw", "done")]
    assert (whole.before["wood"], whole.after["wood"]) == (0, 1)


def test_a_part_with_nothing_left_to_do_is_skipped():
    game = TinyGame(ACTIONS, **{"near.river": 1})
    whole, _, events = play(game, ("find", "chop"), {"wood": 1})
    assert game.log == ["chop"] and whole.verdict.success
    assert statuses(events) == [("find", "skipped"), ("chop", "done")]


def test_what_cannot_rise_any_more_is_skipped():
    graph = tiny_graph(CHOP, SAW)
    graph.highs["wood"] = 9
    game = TinyGame(ACTIONS, wood=9)
    whole, _, events = play(game, ("chop", "saw"), {"plank": 1}, graph=graph)
    assert game.log == ["saw"] and whole.verdict.success
    assert statuses(events) == [("chop", "skipped"), ("saw", "done")]


def test_a_part_that_fails_is_executed_again_a_few_times():
    game = TinyGame({**ACTIONS, "chop": lambda facts: None})
    whole, results, events = play(game, ("chop", "saw"), {"plank": 1})
    assert statuses(events) == [("chop", "failed")] * PART_ATTEMPTS
    assert (whole.verdict.outcome, whole.env_steps) == ("not_done", 5 * PART_ATTEMPTS)
    assert [r.skill for r in results] == ["chop"] * PART_ATTEMPTS + ["make"]


def test_a_part_that_may_not_start_ends_the_chain():
    game = TinyGame(ACTIONS)
    whole, _, events = play(game, ("chop", "saw", "saw"), {"plank": 2})
    assert statuses(events) == [("chop", "done"), ("saw", "done"), ("saw", "not_started")]
    assert whole.verdict.outcome == "not_done"


def test_a_chain_whose_first_part_may_not_start_is_unclear():
    whole, _, _ = play(TinyGame(ACTIONS), ("saw", "chop"), {"plank": 1})
    assert (whole.verdict.outcome, whole.env_steps) == ("unclear", 0)
    assert whole.verdict.reason == "make may not start here: 0 of 2 parts done, saw not started"


def test_a_chain_has_an_initiation_and_a_termination_of_its_own():
    options = {"make": chain("chop", "saw", starts=lambda facts: facts["water"] > 9)}
    whole, _, events = play(TinyGame(ACTIONS), ("chop", "saw"), {"plank": 1}, **options)
    assert (whole.verdict.outcome, statuses(events)) == ("unclear", [])
    options = {"make": chain("chop", "saw", stops=lambda start, facts, steps: facts["wood"] > 0)}
    whole, _, events = play(TinyGame(ACTIONS), ("chop", "saw"), {"plank": 1}, **options)
    assert (whole.verdict.outcome, statuses(events)) == ("not_done", [("chop", "done")])


def test_the_cap_is_of_all_parts_together_and_a_part_that_it_cuts_off_is_unclear():
    game = TinyGame({**ACTIONS, "saw": lambda facts: None})
    whole, results, _ = play(game, ("chop", "saw"), {"plank": 1}, step_cap=3)
    assert (whole.verdict.outcome, whole.env_steps, len(game.log)) == ("not_done", 3, 3)
    assert [(r.skill, r.verdict.outcome) for r in results] == [
        ("chop", "done"), ("saw", "unclear"), ("make", "not_done"),
    ]  # fmt: skip


def thirsty(facts):
    facts["water"] -= 1


def test_guards_interrupt_the_part_and_not_the_chain():
    game = TinyGame(ACTIONS, every_step=thirsty, water=5)
    guard = most_urgent(drink=lambda facts: facts["water"] < 4)
    whole, results, events = play(game, ("chop", "chop", "chop", "saw"), {"plank": 1}, guard=guard)
    assert whole.verdict.success and whole.interrupted_by == ""
    assert "drink" in game.log and whole.env_steps == 4 < len(game.log)
    assert [e.interrupted for e in events if e.kind == "guard_preempted"] == ["chop"]
    assert [r.interrupted_by for r in results if r.interrupted_by] == ["drink"]


def test_a_guard_does_not_ask_for_the_part_that_acts():
    game = TinyGame(ACTIONS, every_step=thirsty, water=2)
    guard = most_urgent(drink=lambda facts: facts["water"] < 9)
    whole, _, events = play(game, ("drink", "chop"), {"wood": 1}, guard=guard, drink=lambda: Repeat("chop"))
    assert not [e for e in events if e.kind == "guard_preempted" and e.interrupted == "drink"]
    assert whole.verdict.success


def test_without_known_effects_the_parts_tell():
    whole, _, _ = play(TinyGame(ACTIONS), ("chop", "saw"), {})
    assert (whole.verdict.outcome, whole.verdict.judge) == ("done", "parts")
    whole, _, _ = play(TinyGame(ACTIONS), ("chop", "saw", "saw"), {})
    assert whole.verdict.outcome == "not_done"
    assert whole.verdict.reason == "2 of 3 parts done, saw not started"
    whole, _, _ = play(TinyGame(ACTIONS, max_steps=1), ("chop", "saw"), {})
    assert whole.verdict.outcome == "unclear"


def test_chains_may_be_parts_of_chains():
    game = TinyGame(ACTIONS)
    chains = (("board", ("chop", "saw")),)
    whole, results, events = play(game, ("board", "board"), {"plank": 2}, chains=chains)
    assert game.log == ["chop", "saw", "chop", "saw"]
    assert (whole.verdict.outcome, whole.env_steps) == ("done", 4)
    assert statuses(events) == [("board", "done"), ("board", "done")]
    assert [r.skill for r in results] == ["chop", "saw", "board"] * 2 + ["make"]


def test_death_ends_all_of_it():
    game = TinyGame({**ACTIONS, "saw": lambda facts: EndStatus.DEATH})
    whole, results, _ = play(game, ("board", "find"), {"plank": 1}, chains=(("board", ("chop", "saw")),))
    assert [(r.skill, r.verdict.outcome) for r in results] == [
        ("chop", "done"), ("saw", "not_done"), ("board", "not_done"), ("make", "not_done"),
    ]  # fmt: skip
    assert "died" in whole.verdict.reason


def test_plans_use_a_chain_like_any_skill_and_learn_of_its_parts():
    graph = tiny_graph(CHOP, SAW)
    graph.add_skill("make", SkillKind.CHAIN, Effects(obtains={"raft": 1}), available=True, step_cap=20)
    build = {"make": chain("chop", "saw", "build"), "build": lambda: Repeat("build")}
    graph.add_skill("build", SkillKind.ACT, Effects(requires={"plank": 1}), available=True)
    game = TinyGame({**ACTIONS, "build": add("raft")})
    executor = PlanExecutor(graph, make_options(**build), learn=True)
    result = executor.run(game, Goal(facts={"raft": 1}))
    assert (result.outcome, result.plans) == ("done", 1)
    assert graph.stats("chop").attempts == graph.stats("make").attempts == 1
    assert graph.moves_on("make")
