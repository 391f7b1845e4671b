import pytest

from agent.web.layout.blocks import Size, make_block
from agent.web.layout.folding import fold
from agent.web.layout.spread import spread


def test_positions_keep_order_and_spacing_and_move_as_little_as_they_can() -> None:
    # 10 and 0 cannot keep their order: both want the middle 5, five to either side of it
    assert spread([10.0, 0.0], [0.0, 10.0]) == pytest.approx([0.0, 10.0])
    assert spread([0.0, 50.0], [0.0, 10.0]) == [0.0, 50.0]
    assert spread([], []) == []


def test_pills_stand_beside_each_other_where_they_fit() -> None:
    pill = Size(width=60, height=20)
    card = Size(width=130, height=48)
    for width in (60, 100.7, 107.7):
        two = make_block(0, 0, card, [(1, Size(width=100.7, height=20)), (2, Size(width=width, height=20))])
        assert {y for _, _, y in two.places[1:]} == {64.0}
    many = make_block(0, 0, card, [(k, pill) for k in range(1, 9)])
    assert len({y for _, _, y in many.places[1:]}) > 1
    assert max(abs(x) + 30 for _, x, _ in many.places[1:]) <= many.width / 2 + 1e-6


def test_a_narrow_lane_is_not_folded() -> None:
    blocks = [make_block(0, k, Size(width=100, height=50), []) for k in range(2)]
    assert fold(blocks, [[0, 1]], 1.6) == [[[0, 1]]]
