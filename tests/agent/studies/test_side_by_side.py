"""Libraries side by side: what is compared with what."""

from typing import Any

import pytest

from agent.errors import BadConfig
from agent.studies.side_by_side import SideBySideStudy, difference, success


def record(way: str, index: int, *reached: bool) -> dict[str, Any]:
    return {"way": way, "index": index, "goals": {"wood": list(reached), "stone": [False] * len(reached)}}


def test_success_is_a_mean_over_libraries_goals_and_episodes() -> None:
    assert success([record("parallel", 0, True, True), record("parallel", 1, True, False)]).mean == 37.5


def test_the_difference_is_of_pairs_alone() -> None:
    alone = [record("parallel", 0, True, True)]
    assert difference(alone) is None
    pair = [*alone, record("sequential", 0, True, False), record("sequential", 1, True, True)]
    found = difference(pair)
    assert found is not None
    assert found.mean == 25.0  # one of two episodes of one of two goals


@pytest.mark.parametrize("given", [{"slots": 1}, {"libraries": 0}, {"episodes": 0}])
def test_what_makes_no_sense_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(BadConfig, match="2 or more slots"):
        SideBySideStudy(**given)


def test_both_ways_take_turns_with_the_same_seeds(tmp_path: Any) -> None:
    parts = [name for name, _ in SideBySideStudy(libraries=2).parts(tmp_path)]
    assert parts == ["sequential/1", "parallel/1", "sequential/2", "parallel/2"]
