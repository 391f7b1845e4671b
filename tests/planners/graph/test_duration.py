"""How far away something is tells how long a skill takes, and plans begin with what is near."""

import json
from pathlib import Path

import pytest

from planners.graph.duration import DistanceModel, LengthFit, find_distance_model
from planners.graph.graph import SkillGraph
from planners.plan import Execution, Goal, Verdict
from planners.search.search import cheapest
from skills.skill import Effects, SkillKind, SkillStats

FAR = 99
KINDS = {
    "near.table": "place",
    "did.table": "event",
    "log": "count",
    "stone": "count",
    "pick": "count",
    "distance.tree": "distance",
    "distance.rock": "distance",
    "distance.table": "distance",
}
HIGHS = {fact: FAR for fact, kind in KINDS.items() if kind == "distance"}
SKILLS = (
    ("chop", SkillKind.ACT, {"log": 1}, {}, {}, "distance.tree"),
    ("dig", SkillKind.ACT, {"stone": 1}, {}, {}, "distance.rock"),
    ("place_table", SkillKind.CRAFT, {"did.table": 1, "near.table": 1}, {"log": 2}, {}, ""),
    ("find_table", SkillKind.FIND, {"near.table": 1}, {}, {"did.table": 1}, "distance.table"),
    ("make_pick", SkillKind.CRAFT, {"pick": 1}, {"log": 1}, {"near.table": 1}, ""),
)


def fit_of(pairs):
    fit = LengthFit()
    for distance, steps in pairs:
        fit.record(distance, steps)
    return fit


def done(skill, before, steps, outcome="done", interrupted_by=""):
    return Execution(
        skill=skill,
        verdict=Verdict(outcome=outcome, reason="", judge="test"),
        env_steps=steps,
        before=before,
        after=before,
        interrupted_by=interrupted_by,
    )


def land():
    """Skills that take 1 + their distance, shown by play; crafting takes a step."""
    graph = SkillGraph("test", KINDS, HIGHS)
    for name, kind, obtains, consumes, requires, distance_fact in SKILLS:
        effects = Effects(obtains=obtains, consumes=consumes, requires=requires)
        graph.add_skill(name, kind, effects, available=True)
        for distance in range(25) if distance_fact else ():
            graph.record(done(name, {**dict.fromkeys(HIGHS, 5), distance_fact: distance}, 1 + distance))
        # Beliefs and chances as if play had shown nothing else.
        graph.set_stats(name, SkillStats(successes=10**6, steps=13 * 10**6 if distance_fact else 10**6))
    return graph


def test_a_line_through_known_distances():
    # Lengths 4, 6, 11 at distances 0, 2, 4: slope (0*4+2*6+4*11 - 6*21/3) / (20 - 36/3) = 14 / 8.
    fit = fit_of([(0, 4), (2, 6), (4, 11)])
    base, slope = fit.line()
    assert (base, slope) == pytest.approx((7 - 2 * 1.75, 1.75))
    # Fitted 3.5, 7, 10.5: errors 0.5, -1, 0.5. Around the mean 7: -3, -1, 4.
    assert fit.residual() == pytest.approx(1.5)
    assert fit.total() == pytest.approx(26)


def test_unknown_distances_have_a_mean_of_their_own():
    fit = fit_of([(0, 1), (2, 3), (None, 20), (None, 30)])
    assert fit.line() == pytest.approx((1, 1))
    assert fit.residual() == pytest.approx(50)  # 25 - 5 and 25 + 5
    # Mean 13.5: 12.5, 10.5, 6.5, 16.5 away from it.
    assert fit.total() == pytest.approx(12.5**2 + 10.5**2 + 6.5**2 + 16.5**2)


@pytest.mark.parametrize("pairs", [[], [(3, 5)], [(3, 5), (3, 9)], [(0, 9), (5, 5)]])
def test_no_slope_where_nothing_rises(pairs):
    base, slope = fit_of(pairs).line()
    assert slope == 0
    assert base == pytest.approx(sum(steps for _, steps in pairs) / max(1, len(pairs)))


def test_the_distance_that_explains_most_is_the_model():
    straight = fit_of([(d, 2 + 3 * d) for d in range(20)])
    rough = fit_of([((d * 7) % 20, 2 + 3 * d) for d in range(20)])
    model = find_distance_model({"distance.rock": rough, "distance.tree": straight}, HIGHS)
    assert model == DistanceModel(
        fact="distance.tree", base=pytest.approx(2), slope=pytest.approx(3), unknown=30.5, high=FAR
    )
    assert find_distance_model({"distance.rock": rough}, HIGHS) is None


@pytest.mark.parametrize(
    "pairs",
    [
        [(d, 2 + 3 * d) for d in range(19)],  # too few
        [(d, 40 - d) for d in range(25)],  # shorter from farther away
        [(d, 7) for d in range(25)],  # always the same
        [(d, 7 + 5 * (d % 2)) for d in range(26)],  # something else
    ],
)
def test_no_model_without_a_clear_distance(pairs):
    assert find_distance_model({"distance.tree": fit_of(pairs)}, HIGHS) is None


def test_a_model_says_how_long_it_takes():
    model = DistanceModel(fact="distance.tree", base=-3.0, slope=1.5, unknown=40.0, high=FAR)
    assert model.steps({"distance.tree": 10}) == 12.0
    assert model.steps({"distance.tree": 1}) == 1.0  # no execution takes less than a step
    assert model.steps({"distance.tree": FAR}) == model.steps({}) == 40.0
    assert model.steps({"distance.tree": 10}, strayed=4) == 18.0
    assert model.steps({}, strayed=20) == 27.0  # where it was left is known


def test_play_shows_the_distance_and_the_file_keeps_it():
    graph = land()
    assert graph.distance_model("chop") == DistanceModel(
        fact="distance.tree", base=pytest.approx(1), slope=pytest.approx(1), unknown=13.0, high=FAR
    )
    assert graph.distance_model("make_pick") is None
    again = SkillGraph.from_json(graph.to_json())
    assert again.distance_model("chop") == graph.distance_model("chop")
    assert again.evidence("chop") == graph.evidence("chop")


@pytest.mark.parametrize(("outcome", "by"), [("not_done", ""), ("unclear", ""), ("done", "drink")])
def test_only_clear_successes_count(outcome, by):
    graph = land()
    graph.record(done("chop", {"distance.tree": 3}, 500, outcome, by))
    fit = graph.evidence("chop").length_fits["distance.tree"]
    assert (fit.n, fit.y) == (25, sum(range(1, 26)))


def test_the_way_is_paid_once():
    # At hand means two away: 3 steps. The first of three logs is 10 away: 11 steps.
    plan = cheapest(land(), Goal(facts={"log": 3}), {"distance.tree": 10})
    assert plan.steps == ("chop",) * 3
    assert plan.expected_steps == pytest.approx(11 + 3 + 3, rel=1e-4)


@pytest.mark.parametrize(
    ("tree", "table", "steps"),
    [
        # Back to the table: 31 steps, and a log for 2. A new one: logs for 2 + 3 + 3, and 1 to place it.
        (1, 30, ("chop", "chop", "chop", "place_table", "make_pick")),
        (1, 3, ("chop", "find_table", "make_pick")),
    ],
)
def test_a_far_table_is_not_walked_back_to(tree, table, steps):
    have = {"did.table": 1, "distance.tree": tree, "distance.table": table}
    assert cheapest(land(), Goal(facts={"pick": 1}), have).steps == steps


@pytest.mark.parametrize(
    ("tree", "rock", "first"),
    [(9, 2, "dig"), (2, 9, "chop"), (FAR, 20, "chop"), (FAR, 9, "dig"), (5, 5, "chop")],
)
def test_plans_begin_with_what_is_near(tree, rock, first):
    # Where no tree is known, chopping took 13 steps on average.
    have = {"distance.tree": tree, "distance.rock": rock}
    plan = cheapest(land(), Goal(facts={"log": 1, "stone": 1}), have)
    assert sorted(plan.steps) == ["chop", "dig"]
    assert plan.steps[0] == first


def test_a_place_on_the_way_is_used_before_leaving():
    have = {"did.table": 1, "log": 1, "distance.tree": 4, "distance.rock": 15, "distance.table": 2}
    plan = cheapest(land(), Goal(facts={"pick": 1, "stone": 1}), have)
    assert plan.steps == ("find_table", "make_pick", "dig")


@pytest.mark.parametrize("game", ["crafter", "nethack"])
def test_the_starter_libraries_are_read_and_written_unchanged(game):
    path = Path(__file__).parents[3] / "skills" / "library" / game / "graph.json"
    graph = SkillGraph.load(path)
    assert any(graph.evidence(name).length_fits for name in graph.skills())
    assert graph.to_json() == json.loads(path.read_text(encoding="utf-8"))
