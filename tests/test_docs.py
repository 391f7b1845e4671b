"""The documents are true: files named exist and are complete, examples run, schemas are those printed."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.cli.plan import to_record as plan_record
from agent.doctor import Check, Health
from agent.doctor import to_record as doctor_record
from agent.evaluation.evaluate import EvalReport
from agent.evaluation.suites.suite import load_suite
from agent.llm.open_model import open_model
from agent.play.kit import PolicyOverSkills
from agent.practice.comparison import ArmResult, CompareConfig, CompareReport
from agent.practice.report import PracticeReport
from agent.preferences.event_list import shipped_events
from agent.preferences.report import ask_preferences
from agent.records.endings import Ending
from agent.records.outcomes import Outcomes
from agent.records.reached import MeasuredGoal, Reached
from agent.solving.solve import SolvedEpisode, SolveReport
from agent.stats import success_estimate
from envs.registry import game_spec
from planners.graph.graph import SkillGraph
from planners.graph.skills_yaml import parse_skills_yaml
from planners.plan import Goal, Plan

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
LAYERS = ("envs", "skills", "planners", "agent")
WITH_PYTHON = [path for path in sorted(DOCS.glob("*.md")) if "```python" in path.read_text(encoding="utf-8")]


def blocks(path: Path, language: str) -> list[str]:
    """The contents of all fenced blocks of one language; an empty language for blocks without one."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [content for name, content in found if name == language]


PATHS = re.compile(rf"`((?:{'|'.join(LAYERS)}|docs|tests|runs)/[\w./-]*)`")
"""Files and folders that a document names."""
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.glob("*.md"))]


class TestArchitecture:
    @pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
    def test_files_that_documents_name_exist(self, path: Path) -> None:
        named = set(PATHS.findall(path.read_text(encoding="utf-8")))
        assert {name for name in named if not (ROOT / name).exists()} == set()

    def test_the_architecture_is_read_in_ten_minutes(self) -> None:
        """Two hundred and fifty words a minute; and every package folder is a line in its own docstring."""
        assert len(ARCHITECTURE.split()) <= 2_500
        assert all(f"`{layer}" in ARCHITECTURE for layer in LAYERS)
        assert "rooms.svg" in ARCHITECTURE and (DOCS / "rooms.svg").is_file()


class TestExamples:
    @pytest.mark.parametrize("path", WITH_PYTHON, ids=lambda path: path.name)
    def test_python_runs_as_it_stands_in_order(
        self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        names: dict[str, Any] = {"__name__": "example"}
        for block in blocks(path, "python"):
            exec(compile(block, path.name, "exec"), names)
        assert list(tmp_path.iterdir()) == []

    def test_examples_are_where_they_are_promised(self) -> None:
        assert [path.name for path in WITH_PYTHON] == [
            "add-a-game.md",
            "answers.md",
            "judging.md",
            "skill-graph.md",
        ]

    def test_the_node_link_example_is_what_the_program_writes(self) -> None:
        (text,) = blocks(DOCS / "skill-graph.md", "json")
        data = json.loads(text)
        assert SkillGraph.from_json(data).to_json() == data

    def test_the_node_link_example_is_the_graph_of_the_python_example(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        names: dict[str, Any] = {}
        (code,) = blocks(DOCS / "skill-graph.md", "python")
        exec(compile(code, "skill-graph.md", "exec"), names)
        (text,) = blocks(DOCS / "skill-graph.md", "json")
        assert names["graph"].to_json() == json.loads(text)
        assert "claimed 1 wood, play found 2" in capsys.readouterr().out

    def test_the_skills_yaml_example_is_read(self) -> None:
        (text,) = blocks(DOCS / "skill-graph.md", "yaml")
        belief = parse_skills_yaml(text).belief("wooden_pickaxe")
        assert belief.consumes == {"planks": 3, "stick": 2}
        assert belief.requires == {"crafting_table_nearby": 1}


def documented_keys(command: str) -> set[str]:
    """Every key in the document that ``docs/json.md`` shows for a command, nested ones included."""
    text = (DOCS / "json.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {command}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, f"docs/json.md has no section on {command}"
    block = re.search(r"^```\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)
    assert block
    return set(re.findall(r'"(\w+)"(?=:|,|\})', block[1]))


def keys(value: Any, skip: tuple[str, ...] = ()) -> set[str]:
    """Every key in a JSON value, nested ones included; below the keys in `skip` names are data."""
    if isinstance(value, dict):
        below = [keys(v, skip) for k, v in value.items() if k not in skip]
        return set(value).union(*below)
    return set().union(*(keys(item, skip) for item in value)) if isinstance(value, list) else set()


class TestJson:
    def test_practice(self) -> None:
        admitted = dict.fromkeys(
            ("name", "version", "successes", "attempts", "lower_bound", "train_steps"), 1
        )
        report = PracticeReport(
            run="r", game="toy", library=Path("library"), seed=0, steps=1, minutes=0.5, admitted=(admitted,),
            abandoned=({"name": "n", "reason": "r"},), claims={"confirmed": 1}, calls=0, tokens=0, usd=0.0,
            stopped="done",
            proposals={"asked": 2, "taken": ["n"], "refused": {}, "nothing_more": ""},
            monitors=dict.fromkeys(
                ("turn", "audited", "agreed", "facts", "situations", "skills_that_worked", "coverage",
                 "library", "steps", "skills", "warnings"), 1,
            ),
        )  # fmt: skip
        statuses = {"unverified", "confirmed", "corrected", "added"}
        assert keys(report.to_record(), skip=("claims",)) == documented_keys("practice") - statuses

    def test_solve(self) -> None:
        goal = Goal(facts={"gem": 1})
        ending = Ending(kind="done", step=3, words="done at step 3")
        episode = SolvedEpisode(seed=1, success=True, env_steps=3, skills=("a",), ending=ending)
        report = SolveReport(
            task="t",
            game="toy",
            goal=goal,
            plan=Plan(goal=goal, steps=("a",)),
            episodes=(episode,),
            films=(Path("film.mp4"),),
        )
        policy = PolicyOverSkills(task="t", source="", skills=("a",), goal={"gem": 1})
        by_policy = replace(report, policy=policy)
        assert keys(by_policy.to_record(), skip=("goal", "understood")) == documented_keys("solve")
        only = keys(by_policy.to_record()) - keys(report.to_record())
        assert only == {"policy", "goal", "answer_id"}

    def test_plan(self) -> None:
        plan = Plan(goal=Goal(facts={"gem": 1}), steps=("a",), missing={"pick": 1})
        played = Outcomes(1, 2, 30.0, ("run",))
        rate = MeasuredGoal(facts={"gem": 1}, reached=1, n=2, mean_steps=30.0)
        record = plan_record("gem", plan, played, measured=Reached(rate))
        assert keys(record, skip=("missing", "understood")) == documented_keys("plan")
        assert keys(Reached(why_not="damaged").to_record()) == {"why_not"}

    def test_eval(self) -> None:
        metrics = {"score": success_estimate(1, 2)}
        report = EvalReport(suite=load_suite("crafter-score"), metrics=metrics, episodes=())
        tasks = EvalReport(
            suite=load_suite("balrog-minihack"), metrics={}, episodes=(), not_run={"boxoban-hard": "no maps"}
        )
        shown = keys(report.to_record()) | keys(tasks.to_record())
        assert shown - {"score"} == documented_keys("eval")
        assert keys(report.to_record()) == {"suite", "n", "metrics", "score", "mean", "ci95"}

    @pytest.mark.slow
    def test_preferences(self) -> None:
        spec = game_spec("toy")
        events = shipped_events(spec)
        assert events is not None
        report = ask_preferences(open_model("recorded", "toy"), spec, events, ["collect_wood"])
        assert keys(report.to_record()) == documented_keys("preferences")

    def test_compare(self) -> None:
        config = CompareConfig(game="toy", skills=("a", "b"), folder=Path("folder"))
        arm = ArmResult(
            name="n", steps=1, seconds=1.0, skill_steps={"a": 1}, successes={"a": 1}, attempts={"a": 2}
        )
        report = CompareReport(config=config, starts={"a": (1, 1)}, arms=(arm,))
        assert keys(report.to_record()) - {"a"} == documented_keys("compare")

    def test_doctor(self) -> None:
        check = Check(name="python", health=Health.OK, detail="3")
        assert keys(doctor_record([check])) == documented_keys("doctor") - {"optional", "missing"}
