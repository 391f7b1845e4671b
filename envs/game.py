"""The contract of a game: `Game`, `GameSpec`, `Focus`."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from envs.errors import BadFocus, did_you_mean
from envs.facts import EndStatus, FactKind, FactSpec
from envs.text import brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """What an option attends to; the encoding shows where it is and which way leads there.

    Attributes:
        seek: names out of `GameSpec.seekable`, nearest of any of them first.
        explore: name out of `GameSpec.explorable`; where to look while nothing in `seek` is known.
    """

    seek: tuple[str, ...] = ()
    explore: str = "anywhere"


@dataclass(frozen=True, slots=True)
class GameOption:
    """An argument of a game that people may give; see `envs.game_options`.

    Attributes:
        kind: how its text is read.
        description: one sentence or less.
    """

    kind: Literal["text", "flag", "number", "list", "path"]
    description: str


@dataclass(frozen=True, kw_only=True)
class GameSpec:
    """Everything about a game that can be said without loading it.

    Attributes:
        name: registry name.
        title: name for people.
        actions: action names; an action is an index into this tuple.
        facts: the fact vocabulary; its order is the order of `Game.fact_values`.
        seekable: what `Focus.seek` may name -> one sentence each.
        explorable: what `Focus.explore` may name -> one sentence each.
        encoding_size: length of `Game.encode`'s vector.
        max_steps: default episode length in steps.
        achievements: event facts that count as the game's achievements, in the game's order.
        manual: path of the text that a model is told about the game.
        aliases: other words for facts, skills or achievements, used when goals are parsed.
        moves: actions that turn or step -> the action that steps back; scripted options reposition with them.
        clears: actions that may clear what is in front of the player; scripted options make room with them.
        encoding: version of `Game.encode`'s vector; a policy fits only the version that it was trained on.
        arenas: smaller levels to practise on what is rare in the game, by name.
        options: the arguments of the game that people may give, by name.
        cues: index in the encoding -> action that it suggests, such as the first move of a way; networks
            may be initialised to follow them.
        fresh_share: share of practice episodes that begin with the game, for skills that need nothing; useful
            where a new game costs little compared with the steps played in it.
        attends: what actions do depends on what `Game.encode` was asked for last; records of play keep that.
        curriculum: the rule by which practice chooses what comes next where no other is asked for, see
            `agent.practice.curriculum`.
        enough_episodes: episodes of a training after which a round ends for a skill that succeeds, where
            they cost more to begin than to play; None for no such number.
        fact_changes: fact -> what is said when it rises and when it falls, for `envs.fact_changes`; empty
            texts are not told. Events and counts have words of their own, and need an entry only to be told
            otherwise.
        once_only: event facts that rise only by what is new in the episode, such as cells seen: no unit of
            them can be had twice.
        health_fact: the fact that falls when the player is hurt, for evaluations whose reward counts it;
            empty for none.
        fallback_skills: names of skills that change the scene when a plan is stuck, the best first; those
            that a library lacks are left out.
        unstick_skills: names of skills that are forced, in turn, when a policy over skills gets nowhere.
        action_sets: name -> actions; an evaluation's file may name a set in place of its actions.
        may_bring: event -> counts that may rise with it by chance, such as what lies about and is picked up;
            plans may hope for them where no skill brings them on purpose.
        own_tasks: value of the option ``level`` -> facts of the task that the level itself sets. Such a task
            is done when the level says so: the episode ends with success.
        terminal: whether the game is played on a terminal, which judges that look read in place of pictures.
        judged_size: width and height in pixels of the pictures that judges are shown.
        status_area: the part of a picture that shows what is carried and the player's bars; None where
            pictures show neither.
        death_signs: what the player may see of a death's cause, the surest first.
        death_circumstances: what is said besides, such as that it was night.
        known_tasks: ``module:function`` that knows tasks of the game's own catalogue by what people type:
            a text -> `KnownTask`, or None; loaded when a goal is read. Empty for none.
        task_option: the option that has every episode begin with a task of that catalogue, by its name; the
            episode ends with success when the task is done. Empty where there is none.
        stand_ins: what is played in place of the game itself, for people, by the value of the option
            ``engine`` or what stands before its colon; under the empty key, where the option is not given.
            What is missing here is the game itself.
        completes: ``module:function`` that adds to facts what follows from them, for plans from something at
            hand. Empty where nothing follows.
    """

    name: str
    title: str
    actions: tuple[str, ...]
    facts: tuple[FactSpec, ...]
    seekable: Mapping[str, str]
    explorable: Mapping[str, str]
    encoding_size: int
    max_steps: int
    achievements: tuple[str, ...] = ()
    manual: Path | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    moves: Mapping[str, str] = field(default_factory=dict)
    clears: tuple[str, ...] = ()
    encoding: int = 1
    arenas: Mapping[str, Arena] = field(default_factory=dict)
    options: Mapping[str, GameOption] = field(default_factory=dict)
    cues: Mapping[int, str] = field(default_factory=dict)
    fresh_share: float = 0.0
    curriculum: str = "progress"
    enough_episodes: int | None = None
    attends: bool = False
    fact_changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    once_only: tuple[str, ...] = ()
    health_fact: str = ""
    fallback_skills: tuple[str, ...] = ()
    unstick_skills: tuple[str, ...] = ()
    action_sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    may_bring: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own_tasks: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    terminal: bool = False
    judged_size: tuple[int, int] = (288, 288)
    status_area: PictureArea | None = None
    death_signs: tuple[DeathSign, ...] = ()
    death_circumstances: tuple[DeathSign, ...] = ()
    known_tasks: str = ""
    task_option: str = ""
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    completes: str = ""

    @cached_property
    def fact_index(self) -> dict[str, int]:
        """Fact name -> position in `facts`."""
        return {fact.name: i for i, fact in enumerate(self.facts)}

    @cached_property
    def fact_kinds(self) -> dict[str, FactKind]:
        """Fact name -> kind."""
        return {fact.name: fact.kind for fact in self.facts}

    @cached_property
    def action_index(self) -> dict[str, int]:
        """Action name -> index."""
        return {name: i for i, name in enumerate(self.actions)}

    def completed(self, facts: Mapping[str, int]) -> dict[str, int]:
        """Facts with what follows from them in the game, see `completes`."""
        if not self.completes:
            return dict(facts)
        module, _, function = self.completes.partition(":")
        return dict(getattr(importlib.import_module(module), function)(facts))

    def stand_in(self, options: Mapping[str, Any] | None = None) -> str:
        """What is played in place of the game itself with these options; empty where it is the game."""
        engine = str((options or {}).get("engine", ""))
        return self.stand_ins.get(engine.replace(" ", ":").partition(":")[0], "")

    def check_focus(self, focus: Focus) -> None:
        """Raise `BadFocus` when `focus` names something this game cannot look for."""
        for name, known in [(n, self.seekable) for n in focus.seek] + [(focus.explore, self.explorable)]:
            if name not in known:
                raise BadFocus(
                    f"{self.name} cannot look for {brief(name)}{did_you_mean(name, known)}; "
                    f"it can look for: {', '.join(known)}"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTask:
    """A task of a game's catalogue.

    Attributes:
        name: its id.
        goal: fact -> least value at the end; empty for a task that no facts tell the end of.
        start: facts that it begins with.
        notes: what is to be known of it, a clause each.
        finish: actions to take once the goal's facts hold, where the task asks for more than they tell, such
            as to use what was made.
    """

    name: str
    goal: Mapping[str, int]
    start: Mapping[str, int]
    notes: tuple[str, ...] = ()
    finish: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureArea:
    """A rectangle of a picture, as shares of its width and height, 0..1; right and bottom are outside."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    def of(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """That part of ``uint8[height, width, 3]``.

        >>> PictureArea(top=0.5).of(np.zeros((4, 6, 3), np.uint8)).shape
        (2, 6, 3)
        """
        height, width = picture.shape[:2]
        rows = slice(round(self.top * height), round(self.bottom * height))
        return picture[rows, round(self.left * width) : round(self.right * width)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeathSign:
    """What is to be seen of one cause of death, or of one circumstance; see `envs.recording.death`.

    Attributes:
        words: for people.
        least: fact -> value that it had at least, before the last step or after it.
        most: fact -> value that it had at most, before the last step or after it.
        falls: fact -> by how much it fell at least with the last step.
        action: the last action; empty for any.
    """

    words: str
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    falls: Mapping[str, int] = field(default_factory=dict)
    action: str = ""

    def seen(self, before: Mapping[str, int], after: Mapping[str, int], action: str) -> bool:
        """Whether it was so.

        >>> sign = DeathSign(words="arrow", most={"threat.arrow": 2})
        >>> sign.seen({"threat.arrow": 1}, {"threat.arrow": 99}, "noop")
        True
        """
        return (
            self.action in ("", action)
            and all(max(before[fact], after[fact]) >= value for fact, value in self.least.items())
            and all(min(before[fact], after[fact]) <= value for fact, value in self.most.items())
            and all(before[fact] - after[fact] >= value for fact, value in self.falls.items())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arena:
    """A smaller level of a game, on which something can be practised that is rare in the game itself.

    Attributes:
        description: one sentence.
        options: arguments of `make_game` that lead there; the game itself can restore states saved there.
    """

    description: str
    options: Mapping[str, Any]


@runtime_checkable
class Game(Protocol):
    """A running game, one player, one episode at a time.

    The player-visible state is offered in three forms: `facts` for planners, guards and reward code,
    `encode` for policies, `caption` for language models. None of them shows what the player could not
    have seen. All randomness follows from the seed given to `reset`.
    """

    @property
    def spec(self) -> GameSpec:
        """The game's static description."""
        ...

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names; the same seed gives the same episode."""
        ...

    def step(self, action: int) -> EndStatus:
        """Take one action (index into ``spec.actions``) and say how the episode stands.

        Raises `ValueError`, naming the range, for an index outside it, and `RuntimeError` once the episode
        has ended.
        """
        ...

    @property
    def status(self) -> EndStatus:
        """How the episode stands now."""
        ...

    @property
    def steps(self) -> int:
        """Steps taken in this episode."""
        ...

    def facts(self) -> dict[str, int]:
        """The facts now, a fresh mapping with every name in ``spec.facts``."""
        ...

    def fact_values(self, out: NDArray[np.int32]) -> None:
        """Write the facts into ``out: int32[len(spec.facts)]``, in the order of ``spec.facts``."""
        ...

    def encode(self, focus: Focus, out: NDArray[np.float32]) -> None:
        """Write the policy's input into ``out: float32[spec.encoding_size]``, values about -1..1."""
        ...

    def caption(self) -> str:
        """What the player sees, in words."""
        ...

    def frame(self, size: tuple[int, int] = (288, 288)) -> NDArray[np.uint8]:
        """A picture, ``uint8[height, width, 3]`` for ``size = (width, height)``; never changes the game."""
        ...

    def snapshot(self) -> bytes:
        """The whole state as bytes that hold no code; see `restore`."""
        ...

    def restore(self, data: bytes) -> None:
        """Return to a snapshot; what follows is what followed then. Raises `BadSnapshot`."""
        ...

    def close(self) -> None:
        """Free what the game holds."""
        ...
