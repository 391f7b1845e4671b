"""Suites from files: what a file says, what is refused when it is read, and the suite that is shipped."""

import hashlib
import re
from pathlib import Path

import pytest

from agent.errors import BadConfig, UnknownSuite
from agent.evaluation.guard import entry_of
from agent.evaluation.suites.suite import LARGEST_FILE, load_suite, read_suite
from agent.likeness.overlap import overlaps
from agent.likeness.reserved import reserved_tasks
from agent.play.libraries import shipped_library
from planners.errors import UnknownGoal
from planners.goal_parser import parse_goal
from planners.graph.graph import SkillGraph
from skills.store.store import SkillLibrary
from tests.agent.evaluation.toy_suite import HEAD, WOOD, write_suite
from tests.test_layers import ROOT


def test_a_file_needs_little(tmp_path: Path) -> None:
    path = write_suite(tmp_path, WOOD)
    suite = load_suite(str(path))
    (task,) = suite.tasks
    assert (suite.name, suite.title, suite.mode, suite.metric) == ("mine", "mine", "plan", "tasks")
    assert (suite.overall, suite.max_steps, suite.zero_shot) == (("success",), 60, False)
    assert task.criteria == {
        "success": {"kind": "success", "expression": 'after["wood"] >= 2', "when": "once"}
    }
    assert suite.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [task.worded(True, index) for index in range(3)] == [*task.wordings, task.wordings[0]]
    assert task.worded(False, 1) == "collect 2 wood"


def task(**changes: str) -> str:
    values = {"name": '"a"', "text": '"collect wood"', "success": "'after[\"wood\"] >= 1'", "cap": "9"}
    rows = {key: value for key, value in {**values, **changes}.items() if value}
    return "[[tasks]]\n" + "\n".join(f"{key} = {value}" for key, value in rows.items())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (task(success="'after[\"wod\"] >= 1'"), "success names 'wod': toy has no such fact; did you mean"),
        (task(success="'sum(range(10**12)) > 0'"), "success cannot be told by .* time limit of 1 s"),
        (task(success="''"), "task 'a': success is no expression"),
        (task(success="3"), "task 'a': success is 3; expected an expression as text"),
        (task(success="", referee='"flies"'), r"task 'a': no criterion 'flies'; there are: none"),
        (task(referee='"flies"'), "task 'a' has success and referee; expected one of them"),
        (task(success=""), "task 'a' has no criteria; expected success, referee or criteria"),
        (task(when='"sometimes"'), "task 'a': when is 'sometimes'"),
        (task(cap="0"), "cap is 0"),
        (task(cap=""), "task 'a': 'cap' is missing; expected the steps of an episode, a whole number"),
        (task(cap="nan"), "task 'a': cap is nan; expected the steps of an episode, a whole number"),
        (task(cap="99999999999999999999"), "cap is 99999999999999999999; expected .* to 10,000,000"),
        (task(cap="true"), "cap is True"),
        (task(text='""'), "task 'a': '' is no task in words"),
        (task(text=f'"{"x" * 1001}"'), "is no task in words; expected 1 to 1,000 characters"),
        (task(wordings='["", "b"]'), "'' is no task in words"),
        (task(colour='"red"'), "task 'a': no setting 'colour'; known settings: name, text, cap"),
        (task(wording='["x"]'), "task 'a': no setting 'wording'; did you mean 'wordings'"),
        (task(wordings='"x"'), "task 'a': wordings is 'x'; expected a list of texts"),
        (task(actions='["flyy"]'), "task 'a': toy has no action 'flyy'"),
        (task(figures='[{label = "x"}]'), "task 'a': a published figure: 'value' is missing"),
        (task(success="", referee="3"), "task 'a': referee is 3; expected a kind or a table with one"),
        (task(success="", criteria="{a = 3}"), "task 'a': criteria is .*; expected tables by name"),
        (task(success="'None'"), "task 'a': success uses the value None; expected numbers and names"),
        (task(success="'1'"), "task 'a': success is '1', which is the same whatever happens"),
        (task(success="'after[\"wood\"] and \"yes\"'"), "uses 'yes', and toy shows a referee no world"),
        (task(name='"../../etc/x"'), "a task's name is '../../etc/x'; expected a name"),
        (task(name=f'"{"x" * 5000}"'), "a task's name is 'xxx.*; expected a name of 1 to 100 characters"),
        (task(text=r'"a\u001b[2J\u0007"'), r"task 'a': text is 'a\\x1b\[2J\\x07'; expected"),
        ("modes = 'plan'\n" + task(), "no setting 'modes'; did you mean 'mode'"),
        ("overall = ['x']\n" + task(), "overall names 'x'; counted: success"),
        ("tasks = 3", "tasks is 3; expected a list of tables"),
        (task(name=""), "a task has no name"),
        (task() + "\n" + task(), "two tasks have the same name"),
        ("mode = 'fly'\n" + task(), "mode is 'fly'; expected one of policy, name, plan, look"),
        ("overall", "Expected '='"),
        ("", "it has no tasks; expected a table"),
        ("metric = 'progress'", "'max_steps' is missing; expected a whole number"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_when_the_file_is_read(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(BadConfig, match=rf"(?s)suite file '.*mine.toml' is malformed: .*(?:{complaint})"):
        read_suite(write_suite(tmp_path, text))


@pytest.mark.parametrize(
    ("referee", "complaint"),
    [
        ('{ kind = "night_in_shelter", helth = 3 }', "no setting 'helth'; did you mean 'health'"),
        ('{ kind = "night_in_shelter", health = "x" }', "health is 'x'; expected a whole number from 0"),
        ('{ kind = "table_beside_water", cells = 3 }', "no setting 'cells'; known settings: when"),
        ("{ health = 3 }", "is no criterion; expected its kind, or a table with 'kind'; there are: night"),
    ],
)
def test_settings_of_a_referee(tmp_path: Path, referee: str, complaint: str) -> None:
    path = write_suite(tmp_path, task(success="", referee=referee), head=HEAD.replace("toy", "crafter"))
    with pytest.raises(BadConfig, match=f"task 'a': .*{complaint}"):
        read_suite(path)


def test_a_file_that_is_not_there_or_no_suite(tmp_path: Path) -> None:
    with pytest.raises(UnknownSuite, match=r"no suite file '.*absent.toml'"):
        load_suite(str(tmp_path / "absent.toml"))
    with pytest.raises(BadConfig, match="'name' is missing; expected a name"):
        read_suite(write_suite(tmp_path, head="schema = 1\n"))
    with pytest.raises(BadConfig, match="no game 'tyo'; did you mean 'toy'"):
        read_suite(write_suite(tmp_path, task(), head=HEAD.replace("toy", "tyo")))
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadConfig, match="malformed"):
        read_suite(tmp_path / "binary.toml")
    (tmp_path / "huge.toml").write_bytes(b"#" * (LARGEST_FILE + 1))
    with pytest.raises(BadConfig, match="expected at most 1,000,000"):
        read_suite(tmp_path / "huge.toml")


FROZEN = {
    "crafter-composites": "d2e05f74b8a910769be910ebc0ab9dcebe1f306c3c685756c73d2e3cdb191801",
    "crafter-unstated": "4fad19e738c554ddc8a63c3d35a51a64404585a17d7f3beb8b9c356d94544648",
}


class TestComposites:
    def test_ten_tasks_with_three_other_wordings_each(self) -> None:
        suite = load_suite("crafter-composites")
        assert suite.zero_shot and suite.mode == "plan" and len(suite.tasks) == 10
        assert all(len(task.wordings) == 3 for task in suite.tasks)
        assert {task.cap for task in suite.tasks} == {1_000, 1_500}
        texts = [text for task in suite.tasks for text in (task.text, *task.wordings)]
        assert len(set(texts)) == 40

    def test_three_of_them_can_be_planned_for_by_their_words(self) -> None:
        graph = SkillGraph.load(SkillLibrary(shipped_library(), "crafter").graph_path)
        suite = load_suite("crafter-composites")
        facts = {task.name: dict(parse_goal(task.text, graph).facts) for task in suite.tasks[:3]}
        assert facts == {
            "iron-at-table": {"iron": 3, "near.table": 1},
            "full-pack": {"wood": 5, "stone": 5, "coal": 2},
            "swords-at-water": {"wood_sword": 1, "stone_sword": 1, "near.water": 1},
        }
        assert [task.facts for task in reserved_tasks("crafter")[:3]] == list(facts.values())

    @pytest.mark.parametrize(("game", "tasks"), [("crafter", 20), ("nethack", 3)])
    def test_the_starter_libraries_hold_nothing_made_for_them(self, game: str, tasks: int) -> None:
        assert len(reserved_tasks(game)) == tasks
        skills = SkillLibrary(shipped_library(), game).load_all()
        assert overlaps(reserved_tasks(game), map(entry_of, skills.values())) == ()

    def test_those_of_nethack_rest_on_the_order_of_events(self) -> None:
        suite = load_suite("nethack-composites")
        assert suite.zero_shot and suite.mode == "look"
        assert all("first(" in task.criteria["success"]["expression"] for task in suite.tasks)
        assert all(len(task.wordings) == 3 for task in suite.tasks)

    def test_the_ten_that_no_fact_states_cannot_be_planned_for(self) -> None:
        graph = SkillGraph.load(SkillLibrary(shipped_library(), "crafter").graph_path)
        suite = load_suite("crafter-unstated")
        assert suite.zero_shot and suite.mode == "look" and len(suite.tasks) == 10
        for task in suite.tasks:
            with pytest.raises(UnknownGoal):
                parse_goal(task.text, graph)

    @pytest.mark.parametrize("name", FROZEN)
    def test_the_file_is_the_one_that_was_frozen(self, name: str) -> None:
        """Its hash stands in every run; who changes the file begins another suite."""
        assert load_suite(name).sha256 == FROZEN[name]


def test_the_file_in_the_documents_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "my-suite.toml").write_text(block, encoding="utf-8")
    suite = load_suite(str(tmp_path / "my-suite.toml"))
    assert [task.name for task in suite.tasks] == ["iron-at-table", "stone-corner", "night"]
    assert {task.cap for task in suite.tasks} == {1_000}
