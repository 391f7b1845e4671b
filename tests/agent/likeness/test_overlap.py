"""What comes too close to the tasks of an evaluation, by its words and by what it brings."""

import pytest

from agent.likeness.overlap import MOST_ALIKE, Entry, overlaps
from agent.likeness.reserved import ReservedTask, reserved_tasks, tasks_of
from agent.likeness.stated import stated_facts
from agent.likeness.words import Likeness, lemmas

IRON = ReservedTask(
    suite="s", name="iron", texts=("carry 3 iron and stand by a table",), facts={"iron": 3, "near.table": 1}
)
SPATIAL = ReservedTask(suite="s", name="sides", texts=("a table beside water", "set a bench at the shore"))


class TestOverlaps:
    def test_the_same_effects_overlap_whatever_the_words_and_whatever_comes_along(self) -> None:
        entry = Entry(
            name="x", texts=("gather ore",), obtains={"iron": 3, "near.table": 1, "did.collect_iron": 3}
        )
        (found,) = overlaps([SPATIAL, IRON], [entry])
        assert (found.entry, found.task, found.why) == (
            "x",
            "iron",
            "it brings the same: iron=3, near.table=1",
        )

    @pytest.mark.parametrize("obtains", [{"iron": 2, "near.table": 1}, {"iron": 3}, {}])
    def test_other_effects_do_not(self, obtains: dict[str, int]) -> None:
        assert overlaps([IRON], [Entry(name="x", texts=("gather ore",), obtains=obtains)]) == ()

    @pytest.mark.parametrize(
        "text",
        [
            "carry three iron and stand by the table",
            "stand_by_table_carry_3_iron",
            "set the bench at a shore",
        ],
    )
    def test_nearly_the_same_words_overlap_in_any_wording(self, text: str) -> None:
        assert len(overlaps([IRON, SPATIAL], [Entry(name="x", texts=("", text))])) == 1

    @pytest.mark.parametrize("text", ["place a table", "drink water", "collect iron", "a tree beside water"])
    def test_parts_of_a_task_are_no_overlap(self, text: str) -> None:
        assert overlaps([IRON, SPATIAL], [Entry(name="x", texts=(text,))]) == ()

    def test_an_entry_that_says_and_brings_nothing_overlaps_nothing(self) -> None:
        assert overlaps([IRON, SPATIAL], [Entry(name="x", texts=("",))]) == ()


class TestReserved:
    def test_only_suites_that_say_so_keep_their_tasks(self) -> None:
        row = {"name": "t", "text": "a", "wordings": ["b"], "success": 'gain("wood") >= 2'}
        (task,) = tasks_of({"name": "s", "zero_shot": True, "tasks": [row]})
        assert task == ReservedTask(suite="s", name="t", texts=("a", "b"), facts={"wood": 2})
        assert list(tasks_of({"name": "s", "tasks": [row]})) == []

    def test_a_game_without_such_suites_keeps_nothing(self) -> None:
        assert reserved_tasks("toy") == ()


@pytest.mark.parametrize(
    ("expression", "facts"),
    [
        ('after["a"] >= 3 and (after["b"] and gain("c") > 1)', {"a": 3, "b": 1, "c": 2}),
        ('after["a"] >= 1 and after["a"] >= 4', {"a": 4}),
        ('after["a"] >= 1 or after["b"]', {}),
        ('not after["a"]', {}),
        ('before["a"] >= 1', {}),
        ("((", {}),
    ],
)
def test_stated_facts(expression: str, facts: dict[str, int]) -> None:
    assert stated_facts(expression) == facts


class TestLikeness:
    def test_counts_differ_and_endings_do_not(self) -> None:
        assert lemmas("place three stones") == lemmas("placed 3 stone")
        assert lemmas("3 stones") != lemmas("2 stones")

    def test_rare_words_count_more(self) -> None:
        texts = {"wood": "collect wood from trees", "ore": "collect iron from rock", "gem": "collect gems"}
        likeness = Likeness(texts)
        assert likeness.alike("collect iron", "ore") > likeness.alike("collect iron", "wood") > 0
        assert likeness.covered("iron rock", "ore") == 1.0
        assert likeness.alike("", "ore") == likeness.covered("", "ore") == 0.0

    def test_other_words_for_a_thing_are_known_by_the_game(self) -> None:
        likeness = Likeness({"table": "build a table"}, {"bench": "table"})
        assert likeness.alike("build a bench", "table") == 1.0

    def test_a_text_without_end_is_cut(self) -> None:
        assert Likeness({"a": "stone"}).alike("stone " * 10**6, "a") > MOST_ALIKE
