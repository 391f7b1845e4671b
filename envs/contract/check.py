"""Does a game keep the `Game` contract? Lists every violation at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from envs.contract.check_snapshot import snapshot_violations
from envs.contract.check_spec import spec_violations
from envs.contract.walk import Walk, actions_for, difference, encoding, foci, trace
from envs.errors import BadFocus, GameContractViolated
from envs.facts import EndStatus
from envs.game import Focus, Game
from envs.text import counted

__all__ = ["ENCODING_BOUND", "Walk", "check_game", "require_valid"]

ENCODING_BOUND = 10.0
"""Largest absolute value in an encoding."""


def check_game(game_factory: Callable[[], Game], walk: Walk | None = None) -> list[str]:
    """Every violation of the `Game` contract by the games that `game_factory` builds; empty is good.

    An exception that a game raises where it should not is reported as a violation, so that one fault does
    not hide the others.
    """
    walk = walk or Walk()
    game, twin = game_factory(), game_factory()
    found: list[str] = list(spec_violations(game.spec))
    try:
        for name, check in _CHECKS:
            try:
                for violation in check(game, twin, walk):
                    found.append(violation)  # one by one: keeps what precedes an exception
            except Exception as error:  # any error of the game is a violation
                found.append(f"{name}: raised {type(error).__name__}: {error}")
        found.extend(_close_violations(game))
    finally:
        twin.close()
    return list(dict.fromkeys(found))


def require_valid(game_factory: Callable[[], Game], walk: Walk | None = None) -> None:
    """Raise `GameContractViolated`, with all violations in its message, unless `check_game` finds none."""
    found = check_game(game_factory, walk)
    if found:
        lines = "\n".join(f"- {violation}" for violation in found)
        raise GameContractViolated(
            f"the game breaks its contract in {counted(len(found), 'place')}:\n{lines}"
        )


def _check_facts(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    game.reset(walk.seeds[0])
    yield from _facts_violations(game)
    for action in actions_for(game, 11, walk.steps):
        if game.status != EndStatus.RUNNING:
            break
        game.step(action)
        yield from _facts_violations(game)
    first = game.facts()
    first.clear()
    if not game.facts():
        yield "facts: returns the same mapping every time; return a fresh one"


def _facts_violations(game: Game) -> Iterator[str]:
    facts, specs = game.facts(), {fact.name: fact for fact in game.spec.facts}
    if missing := [name for name in specs if name not in facts]:
        yield f"facts: missing {missing}, which the vocabulary has"
    if extra := [name for name in facts if name not in specs]:
        yield f"facts: has {extra}, which the vocabulary lacks"
    for name in specs.keys() & facts.keys():
        value, fact = facts[name], specs[name]
        if type(value) is not int:
            yield f"facts: {name!r} is of type {type(value).__name__}, expected int"
        elif not fact.low <= value <= fact.high:
            yield f"facts: {name!r} is {value}, expected {fact.low}..{fact.high}"
    out = np.full(len(specs), np.iinfo(np.int32).min, dtype=np.int32)
    game.fact_values(out)
    for name, value in zip(specs, out.tolist(), strict=True):
        if name in facts and facts[name] != value:
            yield f"fact_values: {name!r} differs from facts(): {value} against {facts[name]}"


def _check_encoding(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    sought = foci(game)
    game.reset(walk.seeds[0])
    for i, action in enumerate(actions_for(game, 12, walk.steps)):
        if i % max(walk.steps // 4, 1) == 0:
            for focus in sought:
                yield from _encoding_violations(game, focus)
        if game.status != EndStatus.RUNNING:
            break
        game.step(action)
    for focus in (Focus(seek=("no_such_thing",)), Focus(explore="no_such_place")):
        try:
            encoding(game, focus)
        except BadFocus:
            continue
        yield f"encode: accepts the unknown focus {focus}; raise BadFocus"


def _encoding_violations(game: Game, focus: Focus) -> Iterator[str]:
    name = focus.seek[0] if focus.seek else focus.explore
    values = encoding(game, focus)
    unwritten = int(np.isnan(values).sum())
    if unwritten:
        yield f"encode: {unwritten} of {values.size} values are unwritten or not a number for focus {name!r}"
    elif not np.isfinite(values).all() or np.abs(values).max(initial=0.0) > ENCODING_BOUND:
        worst = float(values[np.abs(values).argmax()])
        yield f"encode: value {worst:g} for focus {name!r}, expected -{ENCODING_BOUND:g}..{ENCODING_BOUND:g}"
    if not np.array_equal(values, encoding(game, focus), equal_nan=True):
        yield f"encode: two calls in a row differ for focus {name!r}"


def _check_seeding(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    traces = []
    for seed in walk.seeds:
        actions = actions_for(game, seed, walk.steps)
        game.reset(seed)
        one = trace(game, actions)
        twin.reset(seed)
        if where := difference(one, trace(twin, actions)):
            yield f"reset: two copies with seed {seed} differ in {where}"
        traces.append(one[:5])
    if len(traces) > 1 and all(trace == traces[0] for trace in traces[1:]):
        yield f"reset: seeds {list(walk.seeds)} all give the same start; use the seed"
    game.reset(walk.seeds[0])
    if game.steps != 0 or game.status != EndStatus.RUNNING:
        yield f"reset: leaves steps {game.steps} and status {game.status!r}, expected 0 and RUNNING"


def _check_frame(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    actions = actions_for(game, 14, walk.steps)
    game.reset(walk.seeds[0])
    for width, height in ((288, 288), (144, 96)):
        frame = game.frame((width, height))
        if not isinstance(frame, np.ndarray) or frame.shape != (height, width, 3):
            shape = getattr(frame, "shape", None)
            yield f"frame: shape {shape} for size {(width, height)}, expected {(height, width, 3)}"
        elif frame.dtype != np.uint8:
            yield f"frame: dtype {frame.dtype}, expected uint8"
    drawn = trace(game, actions, draw=True)
    twin.reset(walk.seeds[0])
    if where := difference(drawn, trace(twin, actions)):
        yield f"frame: drawing changes the game: {where} differs from a walk without drawing"


def _check_caption(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    game.reset(walk.seeds[0])
    text = game.caption()
    if not isinstance(text, str) or not text.strip():
        yield f"caption: is {text!r}, expected a text"


def _check_end(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    game.reset(walk.seeds[0], max_steps=3)
    statuses = [game.step(0) for _ in range(3)]
    expected = [EndStatus.RUNNING, EndStatus.RUNNING, EndStatus.TIME_LIMIT]
    if statuses != expected:
        yield f"step: with max_steps=3 the statuses are {_names(statuses)}, expected {_names(expected)}"
    if game.status != statuses[-1]:
        yield f"status: is {game.status!r}, but step() returned {statuses[-1]!r}"
    if game.steps != 3:
        yield f"steps: is {game.steps} after 3 steps"
    if game.status == EndStatus.RUNNING:
        return
    try:
        game.step(0)
    except RuntimeError as error:
        if not str(error):
            yield "step: raises a RuntimeError without a message on an ended episode"
    else:
        yield "step: goes on after the end of the episode; raise RuntimeError"


def _names(statuses: list[EndStatus]) -> list[str]:
    return [EndStatus(status).name for status in statuses]


def _check_actions(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    game.reset(walk.seeds[0])
    count = len(game.spec.actions)
    for action in (-1, count):
        try:
            game.step(action)
        except ValueError as error:
            if str(count - 1) not in str(error):
                yield f"step: the error for action {action} does not name the range 0..{count - 1}: {error}"
        else:
            yield f"step: accepts action {action}; raise ValueError and name the range 0..{count - 1}"
    game.reset(walk.seeds[0])
    game.step(np.int64(0))  # type: ignore[arg-type]  # what a policy returns


def _close_violations(game: Game) -> Iterator[str]:
    try:
        game.close()
        game.close()
    except Exception as error:  # any error of the game is a violation
        yield f"close: raised {type(error).__name__} when called twice: {error}"


_CHECKS: tuple[tuple[str, Callable[[Game, Game, Walk], Iterator[str]]], ...] = (
    ("facts", _check_facts),
    ("encode", _check_encoding),
    ("reset", _check_seeding),
    ("snapshot", snapshot_violations),
    ("frame", _check_frame),
    ("caption", _check_caption),
    ("end", _check_end),
    ("actions", _check_actions),
)
