"""A small run with recorded episodes of the toy game."""

from pathlib import Path
from typing import Any

from agent.records.endings import ending_of
from agent.records.runs import Run
from envs.recording.traced_game import TracedGame
from envs.registry import make_game

STEPS = 40


def record_run(runs_dir: Path, *, episodes: int, asked: str = "walk about") -> Path:
    """Write a finished run of `STEPS` steps an episode; returns its folder."""
    game = TracedGame(make_game("toy"))
    with Run.create(runs_dir, command="solve", game="toy", seed=0, config={}) as run:
        for seed in range(episodes):
            game.reset(seed)
            for step in range(STEPS):
                game.step(1 + (step // 3) % 4)
            trace, events = game.trace(), _events()
            ending = ending_of(trace, events, done=False).to_record()
            place = run.play(seed, events)
            run.episode(
                trace.to_record(), place, origin="solve", asked=asked, goal={"wood": 1}, done=False,
                ending=ending,
            )  # fmt: skip
        run.finish()
    return run.path


def _events() -> list[dict[str, Any]]:
    """A skill that a guard interrupts, and another that fails."""

    def plan(step: int, kind: str, *steps: str) -> dict[str, Any]:
        about = {"goal": {"wood": 1}, "missing": {}, "expected_steps": 30.0, "length": len(steps)}
        return {"kind": kind, "env_step": step, "steps": list(steps), **about}

    def ended(step: int, skill: str, outcome: str, reason: str = "") -> dict[str, Any]:
        about = {"env_steps": 10, "interrupted_by": "", "changes": {}}
        return {
            "kind": "skill_ended", "env_step": step, "skill": skill, "outcome": outcome, "reason": reason,
            **about,
        }  # fmt: skip

    return [
        plan(0, "plan_made", "gather", "walk_about", "gather"),
        {"kind": "skill_started", "env_step": 0, "skill": "gather"},
        {"kind": "guard_preempted", "env_step": 10, "skill": "flee", "interrupted": "gather"},
        {"kind": "skill_started", "env_step": 10, "skill": "flee"},
        ended(14, "flee", "done"),
        ended(16, "gather", "done"),
        plan(16, "replanned", "walk_about", "gather"),
        {"kind": "skill_started", "env_step": 16, "skill": "walk_about"},
        ended(20, "walk_about", "not_done", "too far"),
        plan(20, "replanned", "gather"),
        {"kind": "skill_started", "env_step": 20, "skill": "gather"},
        {"kind": "play_ended", "env_step": 40, "end": "budget", "outcome": "not_done", "reason": "over"},
    ]
