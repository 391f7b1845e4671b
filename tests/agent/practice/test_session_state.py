import json
import re
from pathlib import Path

import pytest

from agent.errors import RunDamaged
from agent.practice.session_state import Budget, SessionState, SkillProgress
from skills.skill import SkillStats


def test_a_new_folder_has_a_new_state(tmp_path: Path) -> None:
    assert SessionState.load(tmp_path) == SessionState()


def test_the_state_comes_back_as_it_was(tmp_path: Path) -> None:
    state = SessionState(steps=1234, seconds=5.5, jobs=17)
    state.skills["gather"] = SkillProgress(
        rounds=2, rates=[0.25, 0.5], status="abandoned", reason="too hard", train_steps=900, parent="other",
        successes=3, attempts=12, probed=["wood"], waiting_since=4,
    )  # fmt: skip
    state.save(tmp_path)
    assert SessionState.load(tmp_path) == state
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[]", "the file: Input should be a valid dictionary or instance of SessionState"),
        (
            '{"steps": "many"}',
            "steps: Input should be a valid integer, unable to parse string as an integer",
        ),
        ('{"unknown": 1}', "unknown: Extra inputs are not permitted"),
        ('{"schema_version": 2}', "schema_version: Input should be 1"),
        (
            '{"skills": {"a": {"status": "great"}}}',
            "skills.a.status: Input should be 'open', 'admitted', 'abandoned' or 'retired'",
        ),
    ],
)
def test_a_damaged_state_is_named_and_kept(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    message = f"{path} cannot be read ({reason}); begin a new run without --resume"
    with pytest.raises(RunDamaged, match=f"^{re.escape(message)}$"):
        SessionState.load(tmp_path)
    assert path.read_text() == text


def test_trials_of_an_unchanged_skill_are_judged_together() -> None:
    progress = SkillProgress()
    trial = SkillStats(successes=8, failures=4, unclear=1, steps=20)
    assert progress.pool({"wood": 1}, trial) == trial
    assert progress.pool({"wood": 1}, trial) == SkillStats(successes=16, failures=8, unclear=2, steps=40)
    assert progress.pool({"wood": 2}, trial) == trial, "a skill with other needs is another one"
    assert SkillProgress.model_validate_json(progress.model_dump_json()) == progress


def test_learning_progress_is_how_much_the_rate_changed() -> None:
    assert SkillProgress().learning_progress == 1.0
    assert SkillProgress(rates=[0.7]).learning_progress == 1.0
    assert SkillProgress(rates=[0.1, 0.75, 0.5]).learning_progress == 0.25  # |0.5 - 0.75|
    assert SkillProgress(rates=[0.5, 0.75]).learning_progress == 0.25


def test_steps_are_taken_off_the_budget() -> None:
    state = SessionState(steps=100)
    budget = Budget(state, 250, minutes=60)
    assert (budget.steps_left, budget.reason) == (150, "")
    budget.spend(149)
    assert (budget.steps_left, budget.reason) == (1, "")
    budget.spend(40)
    assert state.steps == 289
    assert (budget.steps_left, budget.reason) == (0, "the budget of 250 steps is spent")


def test_time_of_earlier_processes_counts() -> None:
    state = SessionState(seconds=100.0)
    budget = Budget(state, 10, minutes=2)
    assert 100.0 <= budget.seconds < 110.0
    assert budget.reason == ""
    assert Budget(SessionState(seconds=120.0), 10, minutes=2).reason == "the 2 minutes are over"
    budget.spend(0)
    assert 100.0 <= state.seconds < 110.0
    spent = state.seconds
    budget.spend(0)
    assert state.seconds - spent < 10.0  # not added up once more


def test_seconds_are_saved_whenever_steps_are_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([1000.0, 1003.0, 1003.5, 1020.0])
    monkeypatch.setattr("agent.practice.session_state.time.monotonic", lambda: next(clock))
    state = SessionState(seconds=100.0)
    budget = Budget(state, 10, minutes=2)
    budget.spend(1)
    assert state.seconds == 103.0
    budget.spend(0)
    assert state.seconds == 103.5  # what this process took is not added once more
    assert budget.reason == "the 2 minutes are over"


def test_a_state_file_says_which_form_it_has(tmp_path: Path) -> None:
    SessionState().save(tmp_path)
    assert json.loads((tmp_path / "state.json").read_bytes())["schema_version"] == 1
