"""Chains whose parts are missing, lead back, or lie too deep."""

import pytest

from skills.chains.parts import MOST_PARTS, chain_problems, flat, require_whole, users
from skills.errors import BrokenChain

PARTS = {"chop": (), "saw": (), "board": ("chop", "saw"), "raft": ("board", "board"), "fleet": ("raft",)}


def test_whole_chains_have_no_problems() -> None:
    for name in PARTS:
        assert list(chain_problems(name, PARTS)) == []
    require_whole("fleet", PARTS)


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("board", {"saw": None}, "its part 'saw' is missing"),
        ("raft", {"saw": None}, "its part 'saw' in 'board' is missing"),
        ("board", {"board": ("chop", "board")}, "its part 'board' leads back to itself (board > board)"),
        ("raft", {"board": ("raft",)}, "its part 'raft' in 'board' leads back to itself (raft >"),
        ("all", {"all": ("fleet",)}, "its part 'board' in 'raft' is a chain too deep inside"),
        ("long", {"long": ("chop",) * (MOST_PARTS + 1)}, "it has 33 parts; expected at most 32"),
    ],
)  # fmt: skip
def test_broken_chains_say_where(name: str, change: dict[str, tuple[str, ...] | None], problem: str) -> None:
    parts = {key: value for key, value in {**PARTS, **change}.items() if value is not None}
    found = list(chain_problems(name, parts))
    assert len(found) == 1 and found[0].startswith(problem)
    with pytest.raises(BrokenChain, match="restore or learn that skill, or retire the chain"):
        require_whole(name, parts)


def test_retired_parts_are_told_from_missing_ones() -> None:
    parts = {"board": ("chop", "saw"), "chop": ()}
    assert list(chain_problems("board", parts, {"saw"})) == ["its part 'saw' is retired"]


def test_users_of_a_part() -> None:
    assert users("saw", PARTS) == ["board", "fleet", "raft"]
    assert users("fleet", PARTS) == []
    assert flat(["fleet", "chop"], PARTS) == ("chop", "saw", "chop", "saw", "chop")
