"""Rules by which play corrects claims; every number is worked by hand in a comment."""

from __future__ import annotations

import json

import pytest

from planners.graph.evidence import MAX_AMOUNT, Evidence
from planners.graph.graph import Correction, SkillGraph
from planners.graph.validation import find_problems
from planners.plan import Execution, Outcome, Verdict
from skills.skill import Effects, SkillKind

KINDS = {
    "wood": "count",
    "stone": "count",
    "seed": "count",
    "pickaxe": "count",
    "near.table": "place",
    "near.water": "place",
    "did.table": "event",
    "energy": "level",
}
HIGHS = {"wood": 9, "stone": 9}


def graph_with(kind: SkillKind, claim: Effects, highs: dict[str, int] = HIGHS) -> SkillGraph:
    graph = SkillGraph("toy", KINDS, highs)  # type: ignore[arg-type]
    graph.add_skill("it", kind, claim)
    return graph


def play(
    graph: SkillGraph,
    outcome: Outcome,
    before: dict[str, int],
    after: dict[str, int] | None = None,
    *,
    times: int = 1,
    interrupted_by: str = "",
) -> list[Correction]:
    corrections: list[Correction] = []
    for _ in range(times):
        verdict = Verdict(outcome=outcome, reason="", judge="facts")
        corrections = graph.record(
            Execution(
                skill="it",
                verdict=verdict,
                env_steps=5,
                before=before,
                after=before if after is None else after,
                interrupted_by=interrupted_by,
            )
        )
    return corrections


def entry(graph: SkillGraph, role: str, fact: str) -> Correction:
    return next(c for c in graph.corrections() if (c.role, c.fact) == (role, fact))


TABLE = Effects(consumes={"wood": 1}, obtains={"did.table": 1})


class TestConsumption:
    def test_one_success_of_a_craft_replaces_the_claim(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        # 6 wood before, 4 after: 2 used up, 1 claimed
        corrections = play(graph, "done", {"wood": 6}, {"wood": 4, "did.table": 1})
        assert graph.belief("it").consumes == {"wood": 2}
        assert [c.fact for c in corrections] == ["wood"]
        assert corrections[0].status == "corrected"
        assert corrections[0].sentence == "claimed 1 wood, play found 2 (1 of 1 success)"

    def test_claim_itself_never_changes(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        play(graph, "done", {"wood": 6}, {"wood": 4, "did.table": 1})
        assert graph.claim("it") == TABLE

    def test_the_commonest_decrease_wins(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        play(graph, "done", {"wood": 6}, {"wood": 5}, times=1)  # -1 once
        play(graph, "done", {"wood": 6}, {"wood": 4}, times=11)  # -2 eleven times
        found = entry(graph, "consumes", "wood")
        assert (found.believed, found.confirmations, found.contradictions) == (2, 11, 1)
        assert found.sentence == "claimed 1 wood, play found 2 (11 of 12 successes)"

    def test_a_tie_goes_to_the_larger_decrease(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        play(graph, "done", {"wood": 6}, {"wood": 5})
        play(graph, "done", {"wood": 6}, {"wood": 3})
        assert graph.belief("it").consumes == {"wood": 3}

    def test_equal_to_the_claim_is_confirmed_and_no_news(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        assert play(graph, "done", {"wood": 6}, {"wood": 5, "did.table": 1}) == []
        assert entry(graph, "consumes", "wood").status == "confirmed"
        assert entry(graph, "consumes", "wood").sentence == "claimed 1 wood, play agrees (1 of 1 success)"

    def test_other_kinds_need_three_that_agree(self) -> None:
        graph = graph_with(SkillKind.ACT, TABLE)
        play(graph, "done", {"wood": 6}, {"wood": 4}, times=2)
        play(graph, "done", {"wood": 6}, {"wood": 3}, times=2)  # 2 + 2 successes, no three agree
        assert graph.belief("it").consumes == {"wood": 1}
        assert entry(graph, "consumes", "wood").status == "unverified"
        play(graph, "done", {"wood": 6}, {"wood": 4})  # the third -2
        assert graph.belief("it").consumes == {"wood": 2}

    def test_unclaimed_consumption_is_added(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(obtains={"pickaxe": 1}))
        play(graph, "done", {"stone": 3}, {"stone": 2, "pickaxe": 1})
        assert graph.belief("it").consumes == {"stone": 1}
        found = entry(graph, "consumes", "stone")
        assert (found.claimed, found.status) == (0, "added")
        assert found.sentence == "nobody claimed stone, play found 1 (1 of 1 success)"

    def test_unclaimed_consumption_must_show_in_half_of_the_successes(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(obtains={"pickaxe": 1}))
        play(graph, "done", {"stone": 3}, {"stone": 2, "pickaxe": 1})
        play(graph, "done", {"stone": 3}, {"stone": 3, "pickaxe": 1})  # 1 of 2: half, still in
        assert graph.belief("it").consumes == {"stone": 1}
        play(graph, "done", {"stone": 3}, {"stone": 3, "pickaxe": 1})  # 1 of 3: out
        assert graph.belief("it").consumes == {}

    def test_unclaimed_consumption_of_other_kinds_needs_three_successes(self) -> None:
        graph = graph_with(SkillKind.ACT, Effects(obtains={"pickaxe": 1}))
        play(graph, "done", {"stone": 3}, {"stone": 2, "pickaxe": 1}, times=2)
        assert graph.belief("it").consumes == {}
        play(graph, "done", {"stone": 3}, {"stone": 2, "pickaxe": 1})
        assert graph.belief("it").consumes == {"stone": 1}

    def test_claimed_but_kept_becomes_a_requirement(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        play(graph, "done", {"wood": 4}, {"wood": 4, "did.table": 1})
        assert graph.belief("it").consumes == {}
        assert graph.belief("it").requires == {"wood": 1}
        dropped = entry(graph, "consumes", "wood")
        assert (dropped.believed, dropped.status) == (0, "corrected")
        assert dropped.sentence == "claimed 1 wood, play found none (it never fell in 1 success)"
        assert entry(graph, "requires", "wood").status == "added"

    def test_claimed_but_not_even_needed_is_dropped(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        play(graph, "done", {"wood": 4}, {"wood": 4, "did.table": 1})
        play(graph, "done", {}, {"did.table": 1})  # a success that held no wood at all
        assert graph.belief("it").needs == {}

    def test_a_requirement_that_is_used_up_moves_to_consumes(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(requires={"wood": 1}, obtains={"pickaxe": 1}))
        play(graph, "done", {"wood": 3}, {"wood": 2, "pickaxe": 1})
        assert graph.belief("it").consumes == {"wood": 1}
        assert graph.belief("it").requires == {}

    def test_consumed_and_obtained_shows_only_the_net_change_and_stays(self) -> None:
        claim = Effects(consumes={"seed": 1}, obtains={"seed": 2})
        graph = graph_with(SkillKind.CRAFT, claim)
        play(graph, "done", {"seed": 1}, {"seed": 2})
        assert graph.belief("it") == claim
        assert entry(graph, "consumes", "seed").status == "unverified"


class TestGains:
    def test_count_gain_is_replaced(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(consumes={"wood": 1}, obtains={"seed": 1}))
        play(graph, "done", {"wood": 1}, {"seed": 4})
        assert graph.belief("it").obtains == {"seed": 4}
        assert entry(graph, "obtains", "seed").status == "corrected"

    def test_a_tie_goes_to_the_smaller_gain(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(obtains={"seed": 1}))
        play(graph, "done", {}, {"seed": 4})
        play(graph, "done", {}, {"seed": 2})
        assert graph.belief("it").obtains == {"seed": 2}

    def test_other_kinds_need_three_that_agree(self) -> None:
        graph = graph_with(SkillKind.ACT, Effects(obtains={"wood": 1}))
        play(graph, "done", {}, {"wood": 2}, times=2)
        assert graph.belief("it").obtains == {"wood": 1}
        play(graph, "done", {}, {"wood": 2})
        assert graph.belief("it").obtains == {"wood": 2}

    def test_events_stay_as_claimed_and_are_confirmed(self) -> None:
        graph = graph_with(SkillKind.ACT, Effects(obtains={"did.table": 1}))
        play(graph, "done", {}, {"did.table": 3}, times=2)
        assert entry(graph, "obtains", "did.table").status == "unverified"
        play(graph, "done", {}, {"did.table": 3})
        assert entry(graph, "obtains", "did.table").status == "confirmed"
        assert graph.belief("it").obtains == {"did.table": 1}

    def test_by_product_of_a_craft_after_five_successes(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(obtains={"pickaxe": 1}))
        play(graph, "done", {}, {"pickaxe": 1, "seed": 2}, times=4)
        assert graph.belief("it").obtains == {"pickaxe": 1}
        play(graph, "done", {}, {"pickaxe": 1})  # 4 of 5 = 80%
        assert graph.belief("it").obtains == {"pickaxe": 1, "seed": 2}
        play(graph, "done", {}, {"pickaxe": 1})  # 4 of 6 = 67%
        assert graph.belief("it").obtains == {"pickaxe": 1}

    def test_no_by_products_of_other_kinds(self) -> None:
        graph = graph_with(SkillKind.ACT, Effects(obtains={"pickaxe": 1}))
        play(graph, "done", {}, {"pickaxe": 1, "seed": 2}, times=9)
        assert graph.belief("it").obtains == {"pickaxe": 1}


class TestNeeds:
    def test_over_claimed_count_is_lowered_to_the_smallest_start(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(requires={"wood": 5}, obtains={"pickaxe": 1}))
        play(graph, "done", {"wood": 3}, {"wood": 3, "pickaxe": 1})
        play(graph, "done", {"wood": 4}, {"wood": 4, "pickaxe": 1})
        assert graph.belief("it").requires == {"wood": 3}
        found = entry(graph, "requires", "wood")
        assert found.sentence == "claimed 5 wood, play found 3 (2 of 2 successes began with less)"

    @pytest.mark.parametrize(("kind", "enough"), [(SkillKind.CRAFT, 1), (SkillKind.ACT, 2)])
    def test_over_claimed_place_is_dropped(self, kind: SkillKind, enough: int) -> None:
        graph = graph_with(kind, Effects(requires={"near.table": 1}, obtains={"pickaxe": 1}))
        play(graph, "done", {}, {"pickaxe": 1}, times=enough - 1)
        assert graph.belief("it").requires == {"near.table": 1}
        play(graph, "done", {}, {"pickaxe": 1})
        assert graph.belief("it").requires == {}

    def test_over_claimed_tool_is_dropped(self) -> None:
        graph = graph_with(SkillKind.ACT, Effects(holds={"pickaxe": 1}, obtains={"stone": 1}))
        play(graph, "done", {"pickaxe": 0}, {"stone": 1}, times=2)
        assert graph.belief("it").holds == {}

    def test_a_place_in_consumes_is_weighed_as_a_need(self) -> None:
        graph = graph_with(SkillKind.ACT, Effects(consumes={"near.water": 1}, obtains={"seed": 1}))
        play(graph, "done", {"near.water": 1}, {"near.water": 1, "seed": 1}, times=5)
        assert graph.belief("it").consumes == {"near.water": 1}
        play(graph, "done", {}, {"seed": 1}, times=2)
        assert graph.belief("it").consumes == {}

    def test_two_failures_that_lack_only_it_confirm_a_need(self) -> None:
        claim = Effects(requires={"near.table": 1}, consumes={"wood": 1}, obtains={"pickaxe": 1})
        graph = graph_with(SkillKind.CRAFT, claim)
        play(graph, "not_done", {"wood": 2})
        assert entry(graph, "requires", "near.table").status == "unverified"
        play(graph, "not_done", {"wood": 2})
        found = entry(graph, "requires", "near.table")
        assert (found.status, found.confirmations) == ("confirmed", 2)
        assert found.sentence == "claimed 1 near.table, play agrees (2 failures lacked only this)"

    def test_failures_that_lack_more_than_one_thing_say_nothing(self) -> None:
        claim = Effects(requires={"near.table": 1}, consumes={"wood": 1}, obtains={"pickaxe": 1})
        graph = graph_with(SkillKind.CRAFT, claim)
        play(graph, "not_done", {}, times=5)
        assert {c.status for c in graph.corrections()} == {"unverified"}
        assert graph.belief("it") == claim

    def test_successes_alone_do_not_confirm_a_need(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(requires={"near.table": 1}, obtains={"pickaxe": 1}))
        play(graph, "done", {"near.table": 1}, {"pickaxe": 1}, times=10)
        assert entry(graph, "requires", "near.table").status == "unverified"


class TestUnderClaimedCounts:
    def test_two_failures_raise_the_need_by_one_beyond_what_was_held(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        assert play(graph, "not_done", {"wood": 1}) == []
        corrections = play(graph, "not_done", {"wood": 1})
        assert graph.belief("it").consumes == {"wood": 2}
        assert corrections[0].status == "unverified"
        assert corrections[0].sentence == "claimed 1 wood, failures point to 2 (2 failures held up to 1)"

    def test_finds_out_how_much_a_table_takes(self) -> None:
        """The true cost is 4: two failures each at 1, 2 and 3, then a success at 4."""
        graph = graph_with(SkillKind.CRAFT, TABLE)
        attempts = 0
        while attempts < 20:
            wood = graph.belief("it").needs["wood"]
            attempts += 1
            if wood >= 4:
                corrections = play(graph, "done", {"wood": wood}, {"wood": wood - 4, "did.table": 1})
                break
            play(graph, "not_done", {"wood": wood})
        assert attempts == 7
        assert graph.belief("it").consumes == {"wood": 4}
        assert [(c.fact, c.status) for c in corrections] == [("wood", "corrected")]

    def test_one_failure_with_more_does_not_count_twice(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        play(graph, "not_done", {"wood": 7})
        play(graph, "not_done", {"wood": 1})  # at least two failures held 1 or more, one held 7
        assert graph.belief("it").consumes == {"wood": 2}

    def test_the_scarcest_is_raised_and_ties_go_to_the_first_claimed(self) -> None:
        claim = Effects(consumes={"wood": 1, "stone": 1}, obtains={"pickaxe": 1})
        graph = graph_with(SkillKind.CRAFT, claim)
        play(graph, "not_done", {"wood": 1, "stone": 1}, times=2)
        assert graph.belief("it").consumes == {"wood": 2, "stone": 1}
        play(graph, "not_done", {"wood": 2, "stone": 1}, times=2)
        assert graph.belief("it").consumes == {"wood": 2, "stone": 2}

    def test_required_counts_are_raised_when_nothing_is_consumed(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(requires={"wood": 1}, obtains={"pickaxe": 1}))
        play(graph, "not_done", {"wood": 1}, times=2)
        assert graph.belief("it").requires == {"wood": 2}
        play(graph, "done", {"wood": 2}, {"wood": 2, "pickaxe": 1})
        assert graph.belief("it").requires == {"wood": 2}
        assert entry(graph, "requires", "wood").status == "corrected"

    def test_stays_at_the_bound_and_reports_that_it_never_works(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE, {"wood": 2})
        play(graph, "not_done", {"wood": 1}, times=2)
        assert graph.belief("it").consumes == {"wood": 2}
        assert "never_works" not in {p.code for p in find_problems(graph)}
        play(graph, "not_done", {"wood": 2}, times=2)
        assert graph.belief("it").consumes == {"wood": 2}
        problem = next(p for p in find_problems(graph) if p.code == "never_works")
        assert (problem.severity, problem.skill) == ("warning", "it")

    def test_default_bound_is_nine(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE, {})
        for wood in range(1, 15):
            play(graph, "not_done", {"wood": wood}, times=2)
        assert graph.belief("it").consumes == {"wood": 9}

    def test_a_success_ends_the_guessing(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        play(graph, "not_done", {"wood": 3}, times=2)
        assert graph.belief("it").consumes == {"wood": 4}
        play(graph, "done", {"wood": 4}, {"wood": 3, "did.table": 1})
        assert graph.belief("it").consumes == {"wood": 1}
        play(graph, "not_done", {"wood": 1}, times=9)
        assert graph.belief("it").consumes == {"wood": 1}

    def test_other_kinds_are_never_raised(self) -> None:
        graph = graph_with(SkillKind.ACT, TABLE)
        play(graph, "not_done", {"wood": 1}, times=9)
        assert graph.belief("it").consumes == {"wood": 1}


class TestUnclaimedPlaces:
    def test_added_after_three_successes_there_and_two_failures_elsewhere(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(consumes={"wood": 1}, obtains={"pickaxe": 1}))
        there, made = {"wood": 1, "near.table": 1}, {"near.table": 1, "pickaxe": 1}
        play(graph, "done", there, made, times=3)
        play(graph, "not_done", {"wood": 1})
        assert graph.belief("it").requires == {}
        corrections = play(graph, "not_done", {"wood": 1})
        assert graph.belief("it").requires == {"near.table": 1}
        assert [(c.fact, c.status, c.claimed) for c in corrections] == [("near.table", "added", 0)]

    def test_one_success_elsewhere_refutes_it(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(consumes={"wood": 1}, obtains={"pickaxe": 1}))
        play(graph, "done", {"wood": 1, "near.table": 1}, {"pickaxe": 1}, times=3)
        play(graph, "not_done", {"wood": 1}, times=2)
        play(graph, "done", {"wood": 1}, {"pickaxe": 1})
        assert graph.belief("it").requires == {}

    def test_failures_that_lacked_something_else_do_not_count(self) -> None:
        graph = graph_with(SkillKind.CRAFT, Effects(consumes={"wood": 1}, obtains={"pickaxe": 1}))
        play(graph, "done", {"wood": 1, "near.table": 1}, {"pickaxe": 1}, times=3)
        play(graph, "not_done", {}, times=5)
        assert graph.belief("it").requires == {}

    @pytest.mark.parametrize(("elsewhere", "needed"), [(2, False), (3, True)])
    def test_a_place_that_few_failures_lacked_is_not_needed(self, elsewhere: int, needed: bool) -> None:
        graph = graph_with(SkillKind.ACT, Effects(obtains={"seed": 1}))
        play(graph, "done", {"near.water": 1}, {"seed": 1}, times=9)
        play(graph, "not_done", {"near.water": 1}, times=3)
        play(graph, "not_done", {"near.water": 0}, times=elsewhere)  # 2 of 5 failures, or 3 of 6
        assert (graph.belief("it").requires == {"near.water": 1}) == needed


class TestWhatIsNoEvidence:
    def test_unclear_counts_as_unclear_only(self) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        assert play(graph, "unclear", {"wood": 1}, times=4) == []
        assert graph.stats("it").unclear == 4
        assert graph.stats("it").attempts == 0
        assert graph.evidence("it") == Evidence()

    @pytest.mark.parametrize("outcome", ["done", "not_done"])
    def test_interrupted_is_neither_success_nor_failure(self, outcome: Outcome) -> None:
        graph = graph_with(SkillKind.CRAFT, TABLE)
        play(graph, outcome, {"wood": 3}, {"wood": 1}, times=3, interrupted_by="flee")
        assert graph.stats("it").attempts == 0
        assert graph.belief("it") == TABLE


@pytest.mark.slow
def test_size_does_not_grow_with_the_number_of_executions() -> None:
    graph = graph_with(SkillKind.CRAFT, TABLE)
    for wood in range(1, 2000):
        play(graph, "done", {"wood": wood}, {"wood": 0})
    # starts 1..99 and changes -1..-99, everything beyond counted at the limit
    evidence = graph.evidence("it")
    assert len(evidence.starts["wood"]) == len(evidence.changes["wood"]) == MAX_AMOUNT
    assert evidence.starts["wood"][MAX_AMOUNT] == 1999 - 98


def test_json_round_trip_is_exact() -> None:
    graph = graph_with(SkillKind.CRAFT, TABLE)
    play(graph, "not_done", {"wood": 1}, times=2)
    play(graph, "done", {"wood": 4, "near.table": 1}, {"wood": 2, "did.table": 1})
    evidence = graph.evidence("it")
    assert Evidence.model_validate(json.loads(evidence.model_dump_json())) == evidence


def test_raised_needs_two_failures() -> None:
    assert Evidence().raised("wood", 9) == 0
    assert Evidence(scarcest={"wood": {3: 1}}).raised("wood", 9) == 0
    # two failures held 2 or more: the need is at least 3
    assert Evidence(scarcest={"wood": {5: 1, 2: 1, 1: 4}}).raised("wood", 9) == 3
    assert Evidence(scarcest={"wood": {9: 2}}).raised("wood", 9) == 9
