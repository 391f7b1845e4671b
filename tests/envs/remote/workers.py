"""Workers for tests: a real one that counts, one that makes trouble, and one that plays a script."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from agent.testing import scripted_peer
from agent.testing.scripted_peer import READ, send
from envs.game import Focus
from envs.remote.game import RemoteGame
from envs.remote.launch import Launch, Timeouts
from envs.remote.side.frames import Array, Message, array_of, pack
from tests.envs.remote.counting_world import SPEC

WHO = "the worker of 'counting' "
WORLD = Path(__file__).with_name("counting_world.py")
FOCUS = Focus(seek=("five",))
FACTS = {"facts": array_of(np.zeros(2, np.int32))}
AGAIN = "if it is only slow, allow it more time"


def launch(**changes: Any) -> Launch:
    given = {"name": "counting", "python": sys.executable, "world": f"{WORLD}:Counting", **changes}
    return Launch(**given)


def trouble(kind: str, at: int = 2, **more: Any) -> Launch:
    return launch(options={"trouble": kind, "at": at}, **more)


def answer(number: int, arrays: dict[str, Array] | None = None, **header: Any) -> bytes:
    return pack(Message({"id": number, **header}, FACTS if arrays is None else arrays), memoryview(b""))


HELLO = [READ, send(answer(1, protocol=1, spec=SPEC, status=-1, steps=0))]
RESET = [READ, send(answer(2, status=0, steps=0))]
GOOD = [*HELLO, *RESET, READ, send(answer(3, status=0, steps=1)), READ]


def peer(tmp_path: Path, *scripts: scripted_peer.Script) -> Launch:
    return launch(
        program=Path(scripted_peer.__file__),
        environment=scripted_peer.environment(scripts, tmp_path / "count"),
    )


def allow(game: RemoteGame, answer_s: float) -> None:
    """Set the seconds that an answer may take from now on."""
    timeouts = Timeouts(answer_s=answer_s)
    game._launch = replace(game._launch, timeouts=timeouts)
    game._worker.launch = game._launch


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
