"""Does a game keep the `Game` contract? Lists every violation at once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from envs.contract.check_spec import spec_violations
from envs.errors import BadFocus, BadSnapshot, GameContractViolated
from envs.facts import EndStatus
from envs.game import Focus, Game
from envs.text import counted

ENCODING_BOUND = 10.0
"""Largest absolute value in an encoding."""

Trace = list[tuple[str, object]]
"""What was seen along a walk, in order: a label and a comparable value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far and where the checks walk.

    Attributes:
        steps: random actions per walk, in steps; longer walks see more of the game.
        seeds: episode seeds, at least two different ones.
    """

    steps: int = 60
    seeds: tuple[int, ...] = (1, 2)


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


def _actions(game: Game, seed: int, count: int) -> list[int]:
    rng = random.Random(seed)
    return [rng.randrange(len(game.spec.actions)) for _ in range(count)]


def _foci(game: Game) -> list[Focus]:
    explore = next(iter(game.spec.explorable), "anywhere")
    sought = [Focus(seek=(name,), explore=explore) for name in game.spec.seekable]
    return sought + [Focus(explore=name) for name in game.spec.explorable]


def _encoding(game: Game, focus: Focus) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    out = np.full(game.spec.encoding_size, np.nan, dtype=np.float32)
    game.encode(focus, out)
    return out


def _look(game: Game) -> Trace:
    focus = _foci(game)[0] if game.spec.explorable else Focus()
    return [
        ("facts", game.facts()),
        ("encoding", _encoding(game, focus).tobytes()),
        ("status", int(game.status)),
        ("steps", game.steps),
        ("caption", game.caption()),
    ]


def _trace(game: Game, actions: list[int], *, draw: bool = False) -> Trace:
    seen = _look(game)
    for action in actions:
        if game.status != EndStatus.RUNNING:
            break
        if draw:
            game.frame()
        game.step(action)
        seen += _look(game)
    return seen


def _difference(one: Trace, other: Trace) -> str | None:
    """Where two traces first differ, in words; ``None`` if they are equal. A look has 5 entries."""
    for i, ((label, left), (_, right)) in enumerate(zip(one, other, strict=False)):
        if left != right:
            detail = ""
            if isinstance(left, dict) and isinstance(right, dict):
                names = [name for name in left if left.get(name) != right.get(name)]
                detail = f" ({', '.join(names[:5])})"
            return f"{label}{detail} after step {i // 5}"
    return None if len(one) == len(other) else f"length ({len(one) // 5} against {len(other) // 5} looks)"


def _check_facts(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    game.reset(walk.seeds[0])
    yield from _facts_violations(game)
    for action in _actions(game, 11, walk.steps):
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
    foci = _foci(game)
    game.reset(walk.seeds[0])
    for i, action in enumerate(_actions(game, 12, walk.steps)):
        if i % max(walk.steps // 4, 1) == 0:
            for focus in foci:
                yield from _encoding_violations(game, focus)
        if game.status != EndStatus.RUNNING:
            break
        game.step(action)
    for focus in (Focus(seek=("no_such_thing",)), Focus(explore="no_such_place")):
        try:
            _encoding(game, focus)
        except BadFocus:
            continue
        yield f"encode: accepts the unknown focus {focus}; raise BadFocus"


def _encoding_violations(game: Game, focus: Focus) -> Iterator[str]:
    name = focus.seek[0] if focus.seek else focus.explore
    values = _encoding(game, focus)
    unwritten = int(np.isnan(values).sum())
    if unwritten:
        yield f"encode: {unwritten} of {values.size} values are unwritten or not a number for focus {name!r}"
    elif not np.isfinite(values).all() or np.abs(values).max(initial=0.0) > ENCODING_BOUND:
        worst = float(values[np.abs(values).argmax()])
        yield f"encode: value {worst:g} for focus {name!r}, expected -{ENCODING_BOUND:g}..{ENCODING_BOUND:g}"
    if not np.array_equal(values, _encoding(game, focus), equal_nan=True):
        yield f"encode: two calls in a row differ for focus {name!r}"


def _check_seeding(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    traces = []
    for seed in walk.seeds:
        actions = _actions(game, seed, walk.steps)
        game.reset(seed)
        one = _trace(game, actions)
        twin.reset(seed)
        if where := _difference(one, _trace(twin, actions)):
            yield f"reset: two copies with seed {seed} differ in {where}"
        traces.append(one[:5])
    if len(traces) > 1 and all(trace == traces[0] for trace in traces[1:]):
        yield f"reset: seeds {list(walk.seeds)} all give the same start; use the seed"
    game.reset(walk.seeds[0])
    if game.steps != 0 or game.status != EndStatus.RUNNING:
        yield f"reset: leaves steps {game.steps} and status {game.status!r}, expected 0 and RUNNING"


def _check_snapshot(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    actions = _actions(game, 13, walk.steps)
    game.reset(walk.seeds[0])
    _trace(game, actions[: walk.steps // 2])
    data = game.snapshot()
    if not isinstance(data, bytes):
        yield f"snapshot: is of type {type(data).__name__}, expected bytes"
        return
    onward = _trace(game, actions)
    game.restore(data)
    if where := _difference(onward, _trace(game, actions)):
        yield f"restore: the continuation differs in {where}"
    twin.reset(walk.seeds[-1])
    twin.restore(data)
    if where := _difference(onward, _trace(twin, actions)):
        yield f"restore: the continuation in another object differs in {where}"
    yield from _bad_snapshots(game, data)


def _bad_snapshots(game: Game, data: bytes) -> Iterator[str]:
    before = _look(game)
    middle = len(data) // 2
    damaged = data[:middle] + bytes([data[middle] ^ 0x01]) + data[middle + 1 :]
    for name, bad in (("empty", b""), ("cut", data[:middle]), ("damaged", damaged)):
        try:
            game.restore(bad)
            yield f"restore: accepts {name} bytes; raise BadSnapshot"
        except BadSnapshot:
            if where := _difference(before, _look(game)):
                yield f"restore: {name} bytes are refused, but change {where.split(' after')[0]}"
        except Exception as error:  # any other type is a violation
            yield f"restore: {name} bytes raise {type(error).__name__}, expected BadSnapshot"
        game.restore(data)
        before = _look(game)


def _check_frame(game: Game, twin: Game, walk: Walk) -> Iterator[str]:
    actions = _actions(game, 14, walk.steps)
    game.reset(walk.seeds[0])
    for width, height in ((288, 288), (144, 96)):
        frame = game.frame((width, height))
        if not isinstance(frame, np.ndarray) or frame.shape != (height, width, 3):
            shape = getattr(frame, "shape", None)
            yield f"frame: shape {shape} for size {(width, height)}, expected {(height, width, 3)}"
        elif frame.dtype != np.uint8:
            yield f"frame: dtype {frame.dtype}, expected uint8"
    drawn = _trace(game, actions, draw=True)
    twin.reset(walk.seeds[0])
    if where := _difference(drawn, _trace(twin, actions)):
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
    ("snapshot", _check_snapshot),
    ("frame", _check_frame),
    ("caption", _check_caption),
    ("end", _check_end),
    ("actions", _check_actions),
)
