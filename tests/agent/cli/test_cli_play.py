"""The commands practice and solve around a loop that is played by a stand-in."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from agent.cli import main
from agent.config import PracticeConfig, SolveConfig, from_record, to_record
from agent.llm.errors import MissingKey, NoRecordedAnswer
from agent.practice.progress import PracticeProgress
from agent.records.runs import Run
from envs.errors import MissingDependency
from planners.errors import NoPlan
from planners.plan import Goal
from skills.errors import LibraryLocked

PRACTISED = {
    "run": "20260101T000000Z-practice-toy-s0-abcdef",
    "game": "toy",
    "library": "library",
    "seed": 0,
    "steps": 1234,
    "minutes": 0.5,
    "admitted": [
        {
            "name": "gather",
            "version": 1,
            "successes": 19,
            "attempts": 20,
            "lower_bound": 0.8,
            "train_steps": 900,
        }
    ],
    "abandoned": [{"name": "fly", "reason": "success below [0.5]"}],
    "retired": [{"name": "grab", "reason": "brings what gather brings"}],
    "proposals": {"asked": 2, "taken": ["dig"], "refused": {"sing": "no fact and no picture tells it"}},
    "monitors": {"warnings": ["coverage grows more slowly"]},
    "calls": 0,
    "tokens": 0,
    "usd": None,
    "stopped": "budget",
}

SOLVED = {
    "task": "take wood",
    "game": "toy",
    "n": 2,
    "successes": 1,
    "success_rate": 0.5,
    "ci95": [0.0945, 0.9055],
    "episodes": [
        {"seed": 5, "success": True, "env_steps": 12, "skills": ["gather"]},
        {"seed": 6, "success": False, "env_steps": 200, "skills": []},
    ],
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder with a toy library that looks complete."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    done = tmp_path / "library" / "toy" / "gather" / "v1" / "DONE"
    done.parent.mkdir(parents=True)
    done.write_text("{}")


@pytest.fixture
def practised(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[PracticeConfig]]:
    """Put a stand-in in place of `agent.practice.loop`; returns the configurations it was called with."""

    def install(*, interrupted: bool = False, error: Exception | None = None) -> list[PracticeConfig]:
        calls: list[PracticeConfig] = []

        def run_practice(config: PracticeConfig, *, progress: PracticeProgress, conversation: object) -> Any:
            assert (conversation is not None) == (config.proposer == "ask")
            calls.append(config)
            progress.note("hello from the loop")
            if error is not None:
                raise error
            return SimpleNamespace(
                run=PRACTISED["run"],
                stopped="interrupted" if interrupted else "budget",
                interrupted=interrupted,
                to_record=lambda: dict(PRACTISED),
            )

        module = ModuleType("agent.practice.loop")
        module.run_practice = run_practice  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "agent.practice.loop", module)
        return calls

    return install


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[SolveConfig]]:
    """Put a stand-in in place of `agent.solving.solve`; returns the configurations it was called with."""

    def install(*, successes: int = 1, missing: bool = False) -> list[SolveConfig]:
        calls: list[SolveConfig] = []

        def solve(
            config: SolveConfig,
            *,
            progress: Callable[[int, int], None],
            understood: Callable[[Goal], None],
            conversation: object,
        ) -> Any:
            assert conversation is not None
            calls.append(config)
            understood(Goal(facts={"wood": 1}, text=config.task))
            if missing:
                raise NoPlan("cannot reach it: missing 2 wood", {"wood": 2})
            progress(1, config.episodes)
            return SimpleNamespace(
                successes=successes,
                unclear=0,
                episodes=(),
                to_record=lambda: {**SOLVED, "successes": successes},
            )

        module = ModuleType("agent.solving.solve")
        module.solve = solve  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "agent.solving.solve", module)
        return calls

    return install


def test_practice_defaults(practised: Callable[..., list[PracticeConfig]], tmp_path: Path) -> None:
    calls = practised()
    assert main(["practice"]) == 0
    config = calls[0]
    assert (config.game, config.llm, config.budget_steps, config.minutes, config.seed) == (
        "crafter",
        "recorded",
        600_000,
        18.0,
        0,
    )
    assert config.library == tmp_path / "library"
    assert config.resume is None


def test_options_beat_settings_beat_presets(practised: Callable[..., list[PracticeConfig]]) -> None:
    calls = practised()
    arguments = [
        "practice",
        "--preset",
        "quick",
        "--set",
        "budget_steps=2e4",
        "--set",
        "seed=3",
        "--seed",
        "4",
    ]
    assert main(arguments) == 0
    assert (calls[0].minutes, calls[0].budget_steps, calls[0].seed) == (5.0, 20_000, 4)


def test_practice_prints_its_document_and_nothing_else(
    practised: Callable[..., list[PracticeConfig]], capsys: pytest.CaptureFixture[str]
) -> None:
    practised()
    assert main(["practice", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == PRACTISED
    assert captured.err == "[00:00] hello from the loop\n"


def test_practice_shows_what_was_learned(
    practised: Callable[..., list[PracticeConfig]], capsys: pytest.CaptureFixture[str]
) -> None:
    practised()
    assert main(["practice"]) == 0
    out = capsys.readouterr().out
    assert "19 of 20" in out
    assert "80%" in out
    assert "given up: fly: success below [0.5]" in out
    assert "retired: grab: brings what gather brings" in out
    assert "asked for tasks 2 times: 1 task taken, 1 refused" in out
    assert "refused: sing: no fact and no picture tells it" in out
    assert "warning: coverage grows more slowly" in out


def test_an_interrupted_practice_says_how_to_go_on(
    practised: Callable[..., list[PracticeConfig]], capsys: pytest.CaptureFixture[str]
) -> None:
    practised(interrupted=True)
    assert main(["practice", "--json"]) == 130
    captured = capsys.readouterr()
    assert json.loads(captured.out)["run"] == PRACTISED["run"]
    assert f"interrupted; go on with: journeyman practice --resume {PRACTISED['run']}" in captured.err


def test_resuming_takes_the_settings_of_the_run(
    practised: Callable[..., list[PracticeConfig]], tmp_path: Path
) -> None:
    calls = practised()
    first = PracticeConfig(game="toy", budget_steps=5_000, seed=9, library=tmp_path / "mine")
    with Run.create(
        tmp_path / "runs", command="practice", game="toy", seed=9, config=to_record(first)
    ) as run:
        pass
    assert main(["practice", "--resume", run.name, "--budget-steps", "8000"]) == 0
    config = calls[0]
    assert (config.game, config.seed, config.library) == ("toy", 9, tmp_path / "mine")
    assert (config.budget_steps, config.resume) == (8_000, run.name)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LibraryLocked("another process is writing to the library"), 2),
        (NoRecordedAnswer("no answer to propose_tasks"), 2),
        (MissingKey("openai needs a key: set OPENAI_API_KEY"), 3),
        (MissingDependency("game 'nethack' needs the package 'nle'"), 3),
    ],
)
def test_errors_of_the_layers_become_exit_codes(
    practised: Callable[..., list[PracticeConfig]],
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: int,
) -> None:
    practised(error=error)
    assert main(["practice"]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[-1] == f"journeyman: {error}"


def test_solve(
    solved: Callable[..., list[SolveConfig]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    calls = solved()
    arguments = [
        "solve",
        "take wood",
        "--game",
        "toy",
        "-n",
        "2",
        "--seed",
        "7",
        "--max-steps",
        "99",
        "--workers",
        "1",
    ]
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == SOLVED
    config = calls[0]
    assert (config.task, config.game, config.episodes, config.seed) == ("take wood", "toy", 2, 7)
    assert (config.max_steps, config.workers, config.library) == (99, 1, tmp_path / "library")
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert out.startswith("understood as: 1 wood\n")
    assert "1 of 2 reached the goal (50%, 95 % interval 9% to 91%)" in out


@pytest.mark.parametrize("more", [[], ["--untried"]])
def test_where_no_library_has_a_skill_untried_ones_are_played(
    solved: Callable[..., list[SolveConfig]], monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    monkeypatch.setattr("envs.first_use.compile_once", lambda game, say, options: None)
    calls = solved()
    assert main(["solve", "harvest_1_log", "--game", "minecraft", *more]) == 0
    assert [config.untried for config in calls] == [True]


@pytest.mark.parametrize("command", [["plan"], ["solve", "--untried"]])
def test_what_nobody_can_do_is_a_goal_out_of_reach(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*command, "harvest_1_grass", "--game", "minecraft"]) == 1
    told = capsys.readouterr()
    assert "cannot be had" in told.out + told.err


@pytest.mark.parametrize(
    "words",
    [["solve", "take wood", "--game", "toy"], ["eval", "crafter-score"], ["practice", "--game", "toy"]],
)
def test_a_cluster_without_ray_is_refused_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main([*words, "--cluster", "local"]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("journeyman: --cluster needs Ray, which is not installed: pip install 'journ")
    assert not Path("runs").exists()


def test_a_task_out_of_reach_ends_with_one_and_says_what_is_missing(
    solved: Callable[..., list[SolveConfig]], capsys: pytest.CaptureFixture[str]
) -> None:
    solved(missing=True)
    assert main(["solve", "take wood", "--game", "toy"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "understood as: 1 wood\n"
    assert captured.err.endswith("journeyman: cannot reach it: missing 2 wood\n")
    assert main(["solve", "take wood", "--game", "toy", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "task": "take wood",
        "game": "toy",
        "understood": {"wood": 1},
        "understood_as": "1 wood",
        "missing": {"wood": 2},
    }


def test_a_goal_that_is_never_reached_ends_with_one(solved: Callable[..., list[SolveConfig]]) -> None:
    solved(successes=0)
    assert main(["solve", "take wood", "--game", "toy", "--json"]) == 1


def test_solve_refuses_before_playing(
    solved: Callable[..., list[SolveConfig]], capsys: pytest.CaptureFixture[str]
) -> None:
    calls = solved()
    assert main(["solve", "take wood", "--game", "toy", "--episodes", "0"]) == 2
    assert (
        "episodes is 0; expected a positive number of episodes, e.g. --episodes 20" in capsys.readouterr().err
    )
    assert main(["solve", " ", "--game", "toy"]) == 2
    assert "task is ' '; expected a text that is not empty" in capsys.readouterr().err
    assert calls == []


@pytest.mark.slow
def test_options_of_the_game_reach_solve_and_practice(
    solved: Callable[..., list[SolveConfig]],
    practised: Callable[..., list[PracticeConfig]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    tasks, sessions = solved(), practised()
    options = ["-o", "level=MiniHack-Eat-v0", "--game-option", "pet=yes", "--game", "nethack"]
    shutil.copytree("library/toy", "library/nethack")
    assert main(["solve", "eat", "--library", "library", *options]) == 0
    assert main(["practice", *options]) == 0
    wanted = {"level": "MiniHack-Eat-v0", "pet": True}
    assert tasks[0].game_options == sessions[0].game_options == wanted
    assert from_record(PracticeConfig, json.loads(json.dumps(to_record(sessions[0])))) == sessions[0]

    run = Run.create(Path("runs"), command="practice", game="nethack", seed=0, config=to_record(sessions[0]))
    run.close()
    assert main(["practice", "--resume", run.name]) == 0
    assert main(["practice", "--resume", run.name, "-o", "pet=no"]) == 0
    assert sessions[1].game_options == wanted
    assert sessions[2].game_options == {**wanted, "pet": False}
    assert main(["solve", "eat", "-g", "nethack", "-o", "levl=x"]) == 2
    assert "nethack takes no option 'levl'; did you mean 'level'" in capsys.readouterr().err
    assert main(["practice", "--set", "game_options=x"]) == 2
    assert "expected values by name (on the command line: --game-option key=value)" in capsys.readouterr().err


def test_a_plan_says_which_skills_the_starter_library_lacks(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["plan", "a stone pickaxe", "--game", "minecraft"]) == 0
    assert "all of these skills were learned" in capsys.readouterr().out
    assert main(["plan", "a diamond", "--game", "minecraft"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("claimed and never tried: ")
    assert {"find_diamond_ore", "collect_diamond"} <= set(last.partition(": ")[2].split(", "))
    assert "craft_iron_pickaxe" not in last
