"""One evaluation episode: what to play, who plays it, and its record.

Specifications and records cross process borders; the player is opened inside the worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from agent.evaluation.players import OpenLibrary, Played, Player, RandomPlayer
from agent.evaluation.scoring.achievements import AchievementGame
from agent.evaluation.scoring.judged_game import JudgedGame
from agent.evaluation.scoring.registry import make_criterion, refereed, units_of
from agent.evaluation.suites.task import SuiteTask
from agent.llm.models import ModelSettings
from agent.play.watched import WatchedPlay
from agent.records.endings import Ending, ending
from envs.errors import WorkerDied
from envs.facts import EndStatus
from envs.game import Game
from envs.recording.trace import Trace
from envs.recording.traced_game import TracedGame
from envs.registry import make_game
from planners.execution.events import OnEvent

PlayerChoice: TypeAlias = "Literal['library', 'random'] | Callable[[EpisodeSpec], Player]"
"""Skills of a library, random actions, or a picklable function that opens another player."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeSpec:
    """What to play; picklable.

    Attributes:
        game: registry name.
        seed: of the episode.
        max_steps: game steps after which it ends.
        player: who plays.
        library: folder of the skill libraries; None where the player needs none.
        task: what is to be done and counted; None to unlock the game's achievements.
        mode: how the task is carried out, see `agent.evaluation.suites.suite.MODES`.
        text: the task in the words that the player is given.
        parts: skills that are tried in the modes ``name`` and ``look``.
        judge: which judge looks in the mode ``look``, see `agent.judges.opening`.
        llm: the chat model, if it is to judge.
        model_settings: how that is asked.
        judge_calls: its calls on judging in all episodes of the process that plays this one.
    """

    game: str
    seed: int
    max_steps: int
    player: PlayerChoice = "library"
    library: Path | None = None
    task: SuiteTask | None = None
    mode: str = "policy"
    text: str = ""
    parts: tuple[str, ...] = ()
    judge: str = "auto"
    llm: str = "recorded"
    model_settings: ModelSettings = field(default_factory=ModelSettings)
    judge_calls: int = 100

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells it from the others of an evaluation: library, task and seed."""
        library = "" if self.library is None or self.mode == "policy" else str(self.library)
        return (library, self.task.name if self.task else "", self.seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeRecord:
    """The record of an episode.

    Attributes:
        seed: of the episode.
        status: name of the `EndStatus` at its end.
        env_steps: game steps played.
        achievements: achievement -> step at which it was first unlocked (1 is the first step).
        reward: one per step that unlocks something, plus a tenth of every change in health.
        skills: names of the skills executed, in order.
        task: name of the task; empty where achievements count.
        figures: criterion -> its value at the end.
        reached_at: criterion -> step of the protocol at which its value last changed.
        used: steps of the protocol.
        end: why the episode ended, in words.
        library: folder of the libraries, where several may be played with.
        text: the task in the words that the player was given; empty where it was given none.
        attempted: whether anything was tried.
        verdict: what a judge that looked said last, see `agent.evaluation.players.Played`.
        ending: why the episode ended, with kind and step, see `agent.records.endings`.
        events: what the executors decided, as records for the journal; no part of `to_record`.
        trace: what it follows from, to be played again; no part of `to_record`.
    """

    seed: int
    status: str
    env_steps: int
    achievements: Mapping[str, int] = field(default_factory=dict)
    reward: float = 0.0
    skills: tuple[str, ...] = field(default=())
    task: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    reached_at: Mapping[str, int] = field(default_factory=dict)
    used: int = 0
    end: str = ""
    library: str = ""
    text: str = ""
    attempted: bool = True
    verdict: Mapping[str, Any] = field(default_factory=dict)
    ending: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[dict[str, Any], ...] = ()
    trace: Trace | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> tuple[str, str, int]:
        """See `EpisodeSpec.key`."""
        return (self.library, self.task, self.seed)

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values."""
        record: dict[str, Any] = {"seed": self.seed, "status": self.status, "env_steps": self.env_steps}
        if self.task:
            record |= {
                "task": self.task,
                "figures": dict(self.figures),
                "reached_at": dict(self.reached_at),
                "used": self.used,
                "end": self.end,
            }
            if self.text:
                record |= {"library": self.library, "text": self.text, "attempted": self.attempted}
            if self.verdict:
                record["verdict"] = dict(self.verdict)
        else:
            record |= {"achievements": dict(self.achievements), "reward": round(self.reward, 4)}
        if self.ending:
            record["ending"] = dict(self.ending)
        return {**record, "skills": list(self.skills)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> EpisodeRecord:
        """From what `to_record` gave; other keys are ignored. Raises `KeyError`."""
        return cls(
            seed=record["seed"],
            status=record["status"],
            env_steps=record["env_steps"],
            achievements=dict(record.get("achievements", {})),
            reward=record.get("reward", 0.0),
            skills=tuple(record["skills"]),
            task=record.get("task", ""),
            figures=dict(record.get("figures", {})),
            reached_at=dict(record.get("reached_at", {})),
            used=record.get("used", 0),
            end=record.get("end", ""),
            library=record.get("library", ""),
            text=record.get("text", ""),
            attempted=record.get("attempted", True),
            verdict=dict(record.get("verdict", {})),
            ending=dict(record.get("ending", {})),
        )


def open_player(spec: EpisodeSpec, opened: OpenLibrary, on_event: OnEvent = lambda event: None) -> Player:
    """The player that the specification names; `on_event` hears what the library's executors decide.

    Raises as `OpenLibrary.player`, or as the factory given.
    """
    if spec.player == "random":
        return RandomPlayer(spec.seed, spec.task.actions if spec.task else ())
    if spec.player == "library":
        if spec.library is None:
            raise ValueError("the player 'library' needs a library; give one, or play with player='random'")
        if spec.task is not None and spec.mode != "policy":
            return _task_player(spec, opened, on_event)
        return opened.player(spec.library, spec.game, spec.seed, spec.task, on_event)
    return spec.player(spec)


def _task_player(spec: EpisodeSpec, opened: OpenLibrary, on_event: OnEvent) -> Player:
    """Who plays a task given in words. Raises as `OpenLibrary.player`."""
    from agent.evaluation.task_players import TaskPlayer, way_of
    from agent.play.player import Player as SkillPlayer
    from planners.execution.events import ExecutorEvent

    assert spec.library is not None
    kit, code = opened.kit(spec.library, spec.game)
    events: list[ExecutorEvent] = []

    def decided(event: ExecutorEvent) -> None:
        events.append(event)
        on_event(event)

    player = SkillPlayer(kit, spec.seed, learn=False, on_event=decided, code=code)
    judge = None
    if spec.mode == "look":
        judge = opened.judge(spec.judge, spec.game, spec.llm, spec.model_settings, max_calls=spec.judge_calls)
    return TaskPlayer(player, way_of(spec.mode, spec.text, spec.parts, judge), events)


def play_episode(spec: EpisodeSpec, opened: OpenLibrary | None = None) -> EpisodeRecord:
    """Play one episode from its seed to its end, or to `max_steps`; the function that runs in a worker.

    Args:
        spec: what to play.
        opened: the library, kept from one episode to the next; None to open it for this one alone.

    Raises:
        WorkerDied: the game aborted the episode.
        Exception: whatever else the game or the player raises; none of it is a verdict on the player.
    """
    with ExitStack() as stack:
        if opened is None:
            opened = OpenLibrary()
            stack.callback(opened.close)
        inner = make_game(spec.game, **(spec.task.game_options if spec.task else {}))
        stack.callback(inner.close)
        inner.reset(spec.seed, spec.max_steps)
        options = spec.task.game_options if spec.task else {}
        scored = _scored(inner, spec.task)
        watched = WatchedPlay(scored, idle="random actions" if spec.player == "random" else "")
        watched.watch(spec.seed, spec.task.name if spec.task else "")
        game = TracedGame(watched, options, seed=spec.seed, limit=spec.max_steps)
        player = open_player(spec, opened, watched.note)
        stack.callback(player.close)
        played = player.play(game, spec.max_steps)
        if game.status is EndStatus.ABORTED:
            fault = getattr(inner, "fault", "")
            raise WorkerDied(
                f"the game aborted the episode of seed {spec.seed} after {game.steps} steps"
                + (f": {fault}" if fault else "")
            )
        judged: dict[str, Any] = {"task": spec.task.name, "end": played.end} if spec.task else {}
        if spec.mode != "policy":
            judged |= {"library": spec.key[0], "text": spec.text}
            judged |= {"attempted": played.attempted, "verdict": played.verdict}
        trace = game.trace()
        return EpisodeRecord(
            seed=spec.seed,
            status=game.status.name,
            env_steps=game.steps,
            skills=played.skills,
            events=played.events,
            trace=trace,
            ending=_ending(game, played, trace).to_record(),
            **{**judged, **scored.counted()},
        )


def _ending(game: Game, played: Played, trace: Trace) -> Ending:
    """Why it ended: for the protocol, which may end an episode that the game would go on with."""
    outcome = played.verdict.get("outcome")
    done = None if outcome is None else outcome == "done"
    return ending(game.status.name, game.steps, done=done, cause=trace.cause, events=played.events)


def _scored(game: Game, task: SuiteTask | None) -> AchievementGame | JudgedGame:
    """The game wrapped in what counts: achievements, or the task's criteria."""
    if task is None:
        return AchievementGame(game)
    return JudgedGame(
        refereed(game, task.game),
        {name: make_criterion(task.game, settings) for name, settings in task.criteria.items()},
        cap=task.cap,
        unit=units_of(task.game)[task.unit],
        no_progress=task.no_progress,
        actions=task.actions,
    )
