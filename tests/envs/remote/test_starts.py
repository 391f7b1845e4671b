"""A worker that does not start as it should is told of in one clear sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.testing.scripted_peer import HANG, READ, send
from envs.errors import BadGameOption
from envs.remote import errors
from envs.remote.game import RemoteGame
from envs.remote.launch import Launch, Timeouts
from tests.envs.remote.workers import (
    AGAIN,
    SPEC,
    WHO,
    WORLD,
    answer,
    launch,
    peer,
    trouble,
)

STARTS: dict[str, tuple[Callable[[Path], Launch], type[Exception], str]] = {
    "no interpreter": (
        lambda tmp_path: launch(python="/nowhere/bin/python"),
        errors.InterpreterMissing,
        WHO + "cannot be started: '/nowhere/bin/python' cannot be run (No such file or "
        "directory); give the path of a Python 3.9 to 3.13 that has what the game needs",
    ),
    "not executable": (
        lambda tmp_path: launch(python=str(WORLD)),
        errors.InterpreterMissing,
        WHO + f"cannot be started: {str(WORLD)!r} cannot be run (Permission denied); give the "
        "path of a Python 3.9 to 3.13 that has what the game needs",
    ),
    "no interpreter at all": (
        lambda tmp_path: launch(python="/bin/false"),
        errors.WorkerEnded,
        WHO + "ended with exit code 1 during 'hello'",
    ),
    "no such world": (
        lambda tmp_path: launch(world="no_such_package:World"),
        errors.WorldFailed,
        "the world of 'counting' failed at 'hello': ModuleNotFoundError: No module named 'no_such_package'",
    ),
    "no such attribute": (
        lambda tmp_path: launch(world=f"{WORLD}:Chess"),
        errors.WorldFailed,
        "the world of 'counting' failed at 'hello': AttributeError: module "
        "'journeyman_world' has no attribute 'Chess'",
    ),
    "options refused": (
        lambda tmp_path: trouble("refuses"),
        BadGameOption,
        "trouble may not be 'refuses'",
    ),
    "silent from the start": (
        lambda tmp_path: trouble("hangs-at-start", timeouts=Timeouts(start_s=0.2)),
        errors.Silence,
        WHO + f"did not answer 'hello' within 0.2 s and was ended; {AGAIN}",
    ),
    "another version": (
        lambda tmp_path: peer(tmp_path, [READ, send(answer(1, protocol=2, spec=SPEC)), HANG]),
        errors.OtherProtocol,
        "the worker speaks version 2 of the protocol, expected version 1; set 'counting' up again, so that "
        "both ends are of the same version",
    ),
    "another version, as the worker says": (
        lambda tmp_path: peer(
            tmp_path,
            [
                READ,
                send(answer(1, error={"kind": "protocol", "message": "the worker speaks version 3"})),
                HANG,
            ],
        ),
        errors.OtherProtocol,
        "the worker speaks version 3, expected version 1; set 'counting' up again, so that both ends are of "
        "the same version",
    ),
    "no description": (
        lambda tmp_path: peer(tmp_path, [READ, send(answer(1, protocol=1)), HANG]),
        errors.BadDescription,
        WHO + "describes no game: Input should be an object",
    ),
    "a part of the wrong kind": (
        lambda tmp_path: launch(options={"spec": {"max_steps": "many", "title": None}}),
        errors.BadDescription,
        WHO + "describes no game: title: Input should be a valid string; max_steps: Input "
        "should be a valid integer",
    ),
    "a description that contradicts itself": (
        lambda tmp_path: launch(options={"spec": {"achievements": ["did.fly"], "max_steps": 0}}),
        errors.BadDescription,
        WHO + "describes a game that contradicts itself: spec: achievement 'did.fly' is no fact, "
        "expected an event fact; spec: max_steps is 0, expected at least 1; mend the world's spec",
    ),
    "facts that are not those described": (
        lambda tmp_path: launch(options={"facts": 1}),
        errors.BadAnswer,
        WHO + "shows facts that cannot be: int32[1], expected int32[2]",
    ),
}


@pytest.mark.parametrize(("make", "kind", "message"), STARTS.values(), ids=STARTS)
def test_a_worker_that_does_not_start_is_told_of(
    make: Callable[[Path], Launch], kind: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(kind) as caught:
        RemoteGame(make(tmp_path))
    assert type(caught.value) is kind
    assert str(caught.value) == message
