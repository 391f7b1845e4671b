"""Lanes: what follows stands below, nothing overlaps, the whole has the shape of a screen."""

from __future__ import annotations

import itertools
import random

import pytest

from agent.web.layout.blocks import Size
from agent.web.layout.lanes import Layout, lay_out
from agent.web.layout.levels import find_levels
from agent.web.layout.routes import make_row, route

CARD, PILL = Size(width=140, height=48), Size(width=80, height=22)


def plan(needs: list[list[int]], gives: list[list[int]]) -> Layout:
    facts = 1 + max((fact for some in (*needs, *gives) for fact in some), default=-1)
    return lay_out([CARD] * len(needs), [PILL] * facts, needs, gives)


def tree(size: int, seed: int = 0) -> tuple[list[list[int]], list[list[int]]]:
    """Each skill brings one fact and needs some of those before it; two need each other."""
    rng = random.Random(seed)
    needs = [rng.sample(range(max(0, i - 12), i), min(i, rng.randint(0, 3))) for i in range(size)]
    needs[-1], needs[-2] = [size - 2], [size - 1]
    return needs, [[i] for i in range(size)]


@pytest.mark.parametrize("size", [3, 60, 400])
def test_no_two_boxes_overlap_and_all_are_inside(size: int) -> None:
    layout = plan(*tree(size))
    for box in layout.boxes:
        assert box.x - box.width / 2 >= -1e-6
        assert box.x + box.width / 2 <= layout.width + 1e-6
        assert box.y - box.height / 2 >= -1e-6
        assert box.y + box.height / 2 <= layout.height + 1e-6
    for a, b in itertools.combinations(layout.boxes[:200] + layout.boxes[-100:], 2):
        apart_x = abs(a.x - b.x) >= (a.width + b.width) / 2 - 1e-6
        apart_y = abs(a.y - b.y) >= (a.height + b.height) / 2 - 1e-6
        assert apart_x or apart_y or a is b


def test_what_follows_stands_below_what_it_needs() -> None:
    layout = plan([[], [0], [1], [0, 2]], [[0], [1], [2], []])
    heights = [box.y for box in layout.boxes[:4]]
    assert heights == sorted(heights)
    assert len(set(heights)) == 4
    assert [lane.level for lane in layout.lanes] == [0, 1, 2, 3]


def test_a_fact_stands_under_the_skill_that_can_bring_it_first() -> None:
    # skill 2 brings fact 0 too, but needs fact 1, which needs fact 0
    layout = plan([[], [0], [1]], [[0], [1], [0]])
    assert layout.home == [0, 1]
    card, pill = layout.boxes[0], layout.boxes[3]
    assert pill.x == pytest.approx(card.x)
    assert card.y < pill.y < layout.boxes[1].y


def test_a_fact_that_nothing_brings_has_a_lane_above_its_first_user() -> None:
    layout = plan([[0]], [[]])
    assert layout.home == [None]
    assert [lane.level for lane in layout.lanes] == [-1, 0]
    assert layout.boxes[1].y < layout.boxes[0].y


def test_wide_lanes_are_folded_to_the_shape_of_a_screen() -> None:
    layout = plan([[]] * 120, [[i] for i in range(120)])
    assert 1.2 < layout.width / layout.height < 2.1
    assert len(layout.lanes) == 1
    assert len({round(box.y) for box in layout.boxes[:120]}) > 3


def test_crossings_are_removed_where_they_can_be() -> None:
    layout = plan([[], [], [], [2], [1], [0]], [[0], [1], [2], [], [], []])
    upper = sorted(range(3), key=lambda i: layout.boxes[i].x)
    lower = sorted(range(3, 6), key=lambda i: layout.boxes[i].x)
    assert lower == [{0: 5, 1: 4, 2: 3}[i] for i in upper]


def test_edges_pass_rows_between_blocks() -> None:
    needs, gives = tree(120, seed=3)
    layout = plan(needs, gives)
    assert layout.routes
    for points in layout.routes.values():
        for (x, y), (x2, y2) in zip(points[::2], points[1::2], strict=True):
            assert x == x2
            for box in layout.boxes:
                inside_x = abs(box.x - x) < box.width / 2 - 1e-6
                inside_y = min(y, y2) < box.y < max(y, y2)
                assert not (inside_x and inside_y)


def test_the_same_graph_is_laid_out_the_same() -> None:
    assert plan(*tree(200)) == plan(*tree(200))


def test_nothing_gives_nothing() -> None:
    assert lay_out([], [], [], []).boxes == []


def test_circles_are_taken_in_order() -> None:
    levels = find_levels(2, needs=[[1], [0]], gives=[[0], [1]])
    assert levels.skills == [0, 1]
    assert levels.makers == [0, 1]


def test_edges_of_one_fact_share_their_way_and_others_keep_apart() -> None:
    row = make_row(0, 10, [(0, 100), (140, 200)], 200)
    first = route(120, 120, [row], 1)
    assert route(118, 110, [row], 1) == first
    other = route(120, 120, [row], 2)
    assert abs(other[0][0] - first[0][0]) >= 4
    assert 100 < other[0][0] < 140
