"""What ``import agent`` offers: light to import, the same settings and errors as the command line."""

import dataclasses
import doctest
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import agent
from agent import api
from agent.config import EvalConfig, PracticeConfig, SolveConfig, preset
from agent.errors import BadConfig, MissingPrerequisite, UnknownRun, UnknownSuite
from agent.practice.report import PracticeReport
from agent.records.runs import RunStatus, find_run
from agent.testing.abilities import pack_of
from agent.testing.toy import WALKS
from envs import registry
from envs.errors import MissingDependency, UnknownGame
from planners.errors import BadGraph, NoPlan, UnknownGoal
from skills.errors import LibraryDamaged
from tests.agent.toy_library import build_toy_library

ROOT = Path(__file__).parent.parent.parent
TECH_TREE = ROOT / "tests" / "planners" / "tech_tree.yaml"
HEAVY = (
    "torch stable_baselines3 langchain_core crafter numba numpy networkx pydantic gymnasium typer agent.api"
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Two scripted skills of the toy game, in ./library."""
    build_toy_library(tmp_path / "library")
    return tmp_path / "library"


def run_script(text: str, *paths: Path) -> str:
    """What a script prints that lies in the current folder."""
    Path("script.py").write_text(text)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [ROOT, *paths]))}
    done = subprocess.run([sys.executable, "script.py"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "begin",
    [
        lambda: agent.evaluate("crafter-score", cluster="local"),
        lambda: agent.solve("take wood", game="toy", cluster="local"),
        lambda: agent.run_practice(game="toy", cluster="local"),
    ],
    ids=["evaluate", "solve", "run_practice"],
)
def test_a_cluster_without_ray_is_refused_before_anything_is_loaded(
    monkeypatch: pytest.MonkeyPatch, library: Path, begin: Callable[[], object]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    for late in (
        "envs.first_use.compile_once", "agent.play.libraries.open_store", "skills.store.store.SkillLibrary",
        "agent.records.runs.Run.create",
    ):  # fmt: skip
        monkeypatch.setattr(late, lambda *given, late=late: pytest.fail(f"{late} came first"))
    with pytest.raises(
        MissingDependency,
        match=r"^--cluster needs Ray, which is not installed: pip install 'journeyman\[ray\]'$",
    ):
        begin()
    assert sorted(path.name for path in Path().iterdir()) == ["library"]


class TestPackage:
    def test_importing_it_loads_nothing(self) -> None:
        script = f"import sys, agent\nprint([name for name in {HEAVY.split()!r} if name in sys.modules])"
        assert run_script(script) == "[]\n"

    def test_every_name_is_there(self) -> None:
        assert {"run_practice", "solve", "plan", "evaluate", "open_library", "register"} < set(agent.__all__)
        for name in agent.__all__:
            assert getattr(agent, name) is not None
        assert set(agent.__all__) <= set(dir(agent))
        assert agent.__version__.startswith("0.")

    def test_no_other_name_is(self) -> None:
        with pytest.raises(AttributeError, match="module 'agent' has no attribute 'slove'"):
            _ = agent.slove  # type: ignore[attr-defined]

    def test_functions_stay_functions_when_modules_are_loaded(self) -> None:
        for module in ("solving.solve", "evaluation.evaluate", "cli.app", "cli.plan", "cli.evaluate"):
            importlib.import_module(f"agent.{module}")
        for name in ("solve", "plan", "evaluate", "run_practice"):
            assert getattr(agent, name) is getattr(api, name)

    def test_the_example_in_its_docstring(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(ROOT)
        assert doctest.testmod(agent) == (0, 2)


class TestSettings:
    @pytest.mark.parametrize(
        ("settings", "config", "arguments"),
        [
            (api.PracticeSettings, PracticeConfig, set()),
            (api.SolveSettings, SolveConfig, {"task", "library"}),
            (api.EvalSettings, EvalConfig, {"suite", "suite_sha256", "library", "more_libraries"}),
        ],
        ids=["practice", "solve", "evaluate"],
    )
    def test_keywords_are_the_fields_of_the_configuration(
        self, settings: Any, config: Any, arguments: set[str]
    ) -> None:
        keywords, fields = get_type_hints(settings), get_type_hints(config)
        assert set(keywords) == set(fields) - arguments
        for name, wanted in keywords.items():
            assert wanted in (fields[name], fields[name] | str), name

    @pytest.mark.parametrize(
        "call",
        [
            lambda: agent.run_practice(budgt_steps=5),  # type: ignore[call-arg]
            lambda: agent.solve("x", episods=5),  # type: ignore[call-arg]
            lambda: agent.evaluate("crafter-score", episods=5),  # type: ignore[call-arg]
        ],
    )
    def test_an_unknown_one_is_named_with_those_that_there_are(self, call: Any) -> None:
        with pytest.raises(BadConfig, match=r"has no setting '\w+'; did you mean '(budget_steps|episodes)'"):
            call()

    def test_one_that_makes_no_sense_is_refused(self) -> None:
        with pytest.raises(BadConfig, match=r"budget_steps is 2\.5; expected a whole number"):
            agent.run_practice(game="toy", budget_steps=2.5)  # type: ignore[arg-type]
        with pytest.raises(BadConfig, match="task is ' '; expected a text that is not empty"):
            agent.solve(" ")
        assert list(Path().iterdir()) == []

    def test_practice_without_any_is_the_command_without_any(self, tmp_path: Path) -> None:
        assert api.practice_config({}) == PracticeConfig(library=tmp_path / "library")

    def test_settings_beat_presets(self, tmp_path: Path) -> None:
        config = api.practice_config({"minutes": 3, "library": "mine"}, preset="quick")
        assert preset("practice", "quick")["minutes"] == 5
        assert (config.minutes, config.library) == (3.0, tmp_path / "mine")

    def test_options_of_the_game_are_put_beside_those_of_the_preset(self, tmp_path: Path) -> None:
        (tmp_path / "own.toml").write_text('game = "nethack"\n[game_options]\npet = true\nlevel = "a"\n')
        config = api.practice_config({"game_options": {"level": "b"}}, preset="own.toml")
        assert config.game_options == {"pet": True, "level": "b"}

    def test_a_run_to_resume_must_be_there(self) -> None:
        with pytest.raises(UnknownRun, match="no run 'x' in 'runs'"):
            agent.run_practice(resume="x")


@pytest.mark.usefixtures("borrowed_worker")
class TestPracticeAndSolve:
    @pytest.fixture
    def report(self, tmp_path: Path) -> PracticeReport:
        pack_of(*WALKS[:2]).save(tmp_path / "answers.json")
        return agent.run_practice(
            game="toy", library="mine", llm="recorded:answers.json", budget_steps=20_000, workers=1
        )

    def test_from_nothing_to_a_task(self, report: PracticeReport, tmp_path: Path) -> None:
        assert {skill["name"] for skill in report.admitted} == {"walk_up", "walk_left"}
        assert report.library == tmp_path / "mine"
        assert find_run(Path("runs"), report.run).status is RunStatus.DONE

        learned = agent.open_library("mine", "toy")
        assert set(learned.skills) == {"walk_up", "walk_left"}
        assert learned.graph.available("walk_up")
        assert learned.store.root == Path("mine")

        calls: list[tuple[int, int]] = []
        solved = agent.solve(
            "facing.blocked=1",
            game="toy",
            library="mine",
            episodes=2,
            workers=1,
            progress=lambda done, total: calls.append((done, total)),
        )
        assert solved.successes == 2
        assert solved.plan is not None and set(solved.plan.steps) <= set(learned.skills)
        assert calls == [(0, 2), (1, 2), (2, 2)]

    def test_practice_goes_on_where_a_run_stopped(self, report: PracticeReport) -> None:
        again = agent.run_practice(resume=report.run)
        assert (again.run, again.game, again.seed) == (report.run, "toy", 0)
        assert again.steps >= report.steps

    def test_what_cannot_be_done_is_said_before_anything_is_played(self, library: Path) -> None:
        with pytest.raises(NoPlan, match="missing 1 gem"):
            agent.solve("gem=1", game="toy")
        with pytest.raises(UnknownGoal, match="no goal 'xyzzy'"):
            agent.solve("xyzzy", game="toy")
        with pytest.raises(UnknownGame, match="no game 'toi'; did you mean 'toy'"):
            agent.solve("wood", game="toi")
        with pytest.raises(MissingPrerequisite, match="library 'none' holds no skill for 'toy'"):
            agent.solve("wood", game="toy", library="none")


class TestPlan:
    def test_from_the_start_and_with_something_there(self, library: Path) -> None:
        plan = agent.plan("build_bench", game="toy")
        assert plan.steps == ("gather", "gather", "build_bench")
        assert plan.possible
        assert agent.plan("build_bench", game="toy", have={"wood": 1}).steps == ("gather", "build_bench")
        assert agent.plan("build_bench", game="toy", library=library, search="decompose").possible

    def test_what_is_missing_is_part_of_the_plan(self, library: Path) -> None:
        plan = agent.plan("gem=1", game="toy")
        assert not plan.possible
        assert plan.missing == {"gem": 1}

    def test_over_a_graph_from_elsewhere(self) -> None:
        plan = agent.plan("hopper", graph=TECH_TREE, have={"iron_ingot": 5, "chest": 1})
        assert plan.steps[-1] == "hopper"
        with pytest.raises(BadGraph, match=r"none\.json"):
            agent.plan("hopper", graph="none.json")

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"have": {"wod": 1}}, "the graph has no fact 'wod'; did you mean 'wood'"),
            ({"have": {"wood": -1}}, "expected a whole number that is not negative"),
            ({"have": {"wood": 1.5}}, "expected a whole number that is not negative"),
            ({"search": "fastest"}, "search is 'fastest'; expected cheapest or decompose"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, library: Path, settings: Any, message: str) -> None:
        with pytest.raises(BadConfig, match=message):
            agent.plan("build_bench", game="toy", **settings)


class TestEvaluate:
    @pytest.mark.slow
    def test_a_suite_with_random_actions_and_more_of_it(self) -> None:
        report = agent.evaluate("crafter-progress", baseline="random", episodes=1, workers=1)
        assert report.n == 1
        assert 0 <= report.metrics["progress"].mean <= 100
        (run,) = Path("runs").iterdir()
        assert find_run(Path("runs"), run.name).status is RunStatus.DONE
        again = agent.evaluate("crafter-progress", resume=run.name, episodes=2, workers=1)
        assert again.n == 2
        assert again.episodes[0].seed == report.episodes[0].seed
        assert find_run(Path("runs"), run.name).result()["n"] == 2
        with pytest.raises(BadConfig, match=f"run '{run.name}' has its own seed, library"):
            agent.evaluate("crafter-progress", resume=run.name, seed=1, library="x")
        with pytest.raises(BadConfig, match="plays suite 'crafter-progress'; expected 'crafter-score'"):
            agent.evaluate("crafter-score", resume=run.name)

    def test_an_unknown_suite(self) -> None:
        with pytest.raises(UnknownSuite, match="did you mean 'crafter-score'"):
            agent.evaluate("crafter-scor")


class TestOpenLibrary:
    def test_it_has_records_and_graph(self, library: Path) -> None:
        found = agent.open_library(game="toy")
        assert list(found.skills) == found.store.names() == ["build_bench", "gather"]
        assert found.graph.belief("build_bench").consumes == {"wood": 2}

    def test_the_starter_library_is_found(self) -> None:
        assert "collect_wood" in agent.open_library().skills

    def test_a_changed_file_is_named(self, library: Path) -> None:
        changed = next(library.glob("toy/gather/v1/skill.json"))
        changed.write_text(changed.read_text() + " ")
        with pytest.raises(LibraryDamaged, match=r"library '.*toy' is damaged: .*skill\.json"):
            agent.open_library(library, "toy")


class TestRegister:
    @pytest.fixture(autouse=True)
    def own_registry(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(registry, "_REGISTRY", dict(registry._REGISTRY))
        monkeypatch.setenv(registry.INHERITED, "[]")

    def test_a_game_is_there_afterwards_and_told_to_workers(self) -> None:
        entry = agent.GameEntry("meadow", "envs.toy.spec:SPEC", "envs.toy.game:ToyGame")
        agent.register(entry)
        agent.register(entry)
        assert registry.game_spec("meadow").name == "toy"
        assert json.loads(os.environ[registry.INHERITED]) == json.loads(
            json.dumps([dataclasses.asdict(entry)])
        )

    def test_a_name_belongs_to_one_game(self) -> None:
        with pytest.raises(ValueError, match="game 'toy' is registered already"):
            agent.register(agent.GameEntry("toy", "mine:SPEC", "mine:Game"))

    def test_workers_could_not_find_what_lies_in_the_script(self) -> None:
        with pytest.raises(ValueError, match="'__main__:Game' lies in the script itself"):
            agent.register(agent.GameEntry("mine", "my_game:SPEC", "__main__:Game"))

    @pytest.mark.slow
    def test_a_plain_script_practises_a_game_of_its_own(self, tmp_path: Path) -> None:
        """No ``if __name__ == "__main__":`` is needed, and nothing in the script runs twice."""
        (tmp_path / "meadow.py").write_text(
            "from dataclasses import replace\n"
            "from envs.toy.game import ToyGame\n"
            "from envs.toy.spec import SPEC as TOY\n"
            "SPEC = replace(TOY, name='meadow')\n"
            "class Meadow(ToyGame):\n"
            "    spec = SPEC\n"
        )
        script = (
            "import agent\n"
            "from agent.testing.abilities import Ability, pack_of\n"
            "from pathlib import Path\n"
            "print('started')\n"
            "agent.register(agent.GameEntry('meadow', 'meadow:SPEC', 'meadow:Meadow'))\n"
            "up = Ability(name='walk_up', obtains={'facing.blocked': 1}, action='up', game='meadow')\n"
            "pack_of(up).save(Path('answers.json'))\n"
            "settings = {'game': 'meadow', 'library': 'mine', 'llm': 'recorded:answers.json', 'workers': 1}\n"
            "report = agent.run_practice(**settings)\n"
            "print([skill['name'] for skill in report.admitted])\n"
        )
        assert run_script(script, tmp_path) == "started\n['walk_up']\n"
