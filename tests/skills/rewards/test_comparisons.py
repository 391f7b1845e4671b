"""Preferences between events: both orders, ties, contradictions, cycles."""

import numpy as np
import pytest

from skills.errors import ContradictoryPreferences
from skills.rewards.comparisons import (
    CONTRADICTED_WEIGHT,
    CYCLE_WEIGHT,
    Opinion,
    compare,
    graded_opinions,
    graded_verdict,
    require_sense,
)


def both(first, second, verdict, turned):
    return [Opinion(first, second, verdict), Opinion(second, first, turned)]


def table(comparisons):
    return {
        (a, b): (t, w)
        for a, b, t, w in zip(
            comparisons.first.tolist(),
            comparisons.second.tolist(),
            comparisons.target.tolist(),
            comparisons.weight.tolist(),
            strict=True,
        )
    }


def test_both_orders_are_one_pair():
    found = compare([*both(0, 1, "first", "second"), *both(2, 1, "second", "first"), Opinion(0, 2, "tie")])
    assert table(found) == {(0, 1): (1.0, 1.0), (1, 2): (1.0, 1.0), (0, 2): (0.5, 1.0)}
    assert found.contradicted == found.cyclic == ()


@pytest.mark.parametrize(
    ("turned", "target"), [("first", 0.5), ("tie", 0.75), ("neither", 0.75), ("second", 1.0)]
)
def test_orders_that_differ_are_averaged_and_count_less(turned, target):
    # the second of both() is said of the pair turned round: "second" agrees with "first"
    found = compare(both(0, 1, "first", turned))
    weight = 1.0 if turned == "second" else CONTRADICTED_WEIGHT
    assert table(found) == {(0, 1): (target, weight)}
    assert found.contradicted == (() if turned == "second" else ((0, 1),))


def test_tie_and_neither_are_different_things_to_say():
    assert compare([Opinion(0, 1, "tie"), Opinion(0, 1, "neither")]).contradicted == ((0, 1),)


def test_a_cycle_counts_half_and_what_hangs_on_it_does_not():
    found = compare(
        [
            Opinion(0, 1, "first"),
            Opinion(1, 2, "first"),
            Opinion(2, 0, "first"),
            Opinion(3, 0, "first"),
            Opinion(2, 4, "first"),
        ]
    )
    assert set(found.cyclic) == {(0, 1), (1, 2), (0, 2)}
    weights = {pair: weight for pair, (_, weight) in table(found).items()}
    assert weights == {
        (0, 1): CYCLE_WEIGHT,
        (1, 2): CYCLE_WEIGHT,
        (0, 2): CYCLE_WEIGHT,
        (0, 3): 1.0,
        (2, 4): 1.0,
    }


def test_a_long_cycle_is_found():
    n = 9
    found = compare([Opinion(i, (i + 1) % n, "first") for i in range(n)])
    assert len(found.cyclic) == n


def test_a_contradicted_pair_makes_no_cycle_of_the_rest():
    ring = [Opinion(0, 1, "first"), Opinion(1, 2, "first")]
    found = compare([*ring, Opinion(2, 0, "first"), Opinion(0, 2, "first"), Opinion(2, 0, "first")])
    assert found.contradicted == ((0, 2),)
    assert found.cyclic == ()


def test_grades_become_pairs():
    assert [graded_verdict(a, b) for a, b in ((3, 1), (0, 2), (1, 1), (0, -3), (-1, -3), (-2, -2))] == [
        "first",
        "second",
        "tie",
        "first",
        "neither",
        "neither",
    ]
    opinions = graded_opinions([2, 0, -1, -2])
    assert len(opinions) == 6
    found = table(compare(opinions))
    assert {pair: target for pair, (target, _) in found.items()} == {
        (0, 1): 1.0,
        (0, 2): 1.0,
        (0, 3): 1.0,
        (1, 2): 1.0,
        (1, 3): 1.0,
        (2, 3): 0.5,
    }


def test_nothing_but_contradictions():
    opinions = [*both(0, 1, "first", "first"), *both(1, 2, "second", "second"), Opinion(0, 2, "tie")]
    with pytest.raises(ContradictoryPreferences, match=r"all preferences between events \(2 pairs\)"):
        require_sense(compare(opinions))


@pytest.mark.parametrize("opinions", [[], [Opinion(0, 1, "tie"), Opinion(1, 2, "neither")]])
def test_nothing_preferred_to_anything(opinions):
    with pytest.raises(ContradictoryPreferences, match="none has a better one; a reward needs at least one"):
        require_sense(compare(opinions))


def test_one_preference_among_contradictions_is_enough():
    require_sense(compare([*both(0, 1, "first", "first"), Opinion(1, 2, "first")]))


def test_an_event_against_itself():
    with pytest.raises(ValueError, match="event 3 is compared with itself"):
        compare([Opinion(3, 3, "tie")])


def test_cycles_against_a_search_over_paths():
    """Random preferences: a pair is cyclic exactly when its worse event leads back to its better one."""
    rng = np.random.default_rng(6)
    n = 12
    edges = {}
    for i in range(n):
        for j in range(i + 1, n):
            if rng.random() < 0.22:
                edges[i, j] = rng.random() < 0.6
    better = {i: set() for i in range(n)}
    for (i, j), forward in edges.items():
        better[i if forward else j].add(j if forward else i)

    def leads(a, b, seen=()):
        return b in better[a] or any(leads(c, b, (*seen, a)) for c in better[a] if c not in (*seen, a))

    found = compare([Opinion(i, j, "first" if forward else "second") for (i, j), forward in edges.items()])
    expected = {(i, j) for (i, j), forward in edges.items() if (leads(j, i) if forward else leads(i, j))}
    assert expected and expected != set(edges)
    assert set(found.cyclic) == expected
