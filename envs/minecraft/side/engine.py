"""How the package comes by its engine: launched as it does it itself, or one that listens already.

Attaching puts other functions in the place of four of the package's own, each for a reason: it obtains an
engine by launching one; it waits ten minutes for a busy one; it reads as many bytes as a frame says; and it
tells nobody why a step failed.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import Any

LONGEST_FRAME = 64_000_000
"""Bytes that an engine may send at once."""


class EngineLost(Exception):
    """The engine broke in the midst of an episode; the message says how."""


class EngineBusy(Exception):
    """The engine plays for somebody else."""


class Faults:
    """What was first wrong with the engine's answers; forgotten when a step or an episode begins."""

    latest = ""

    @classmethod
    def tell(cls, what: str) -> None:
        """Keep the first one: what comes after it follows from it."""
        cls.latest = cls.latest or what


def receive(stream: socket.socket) -> bytes | None:
    """A frame; None where the stream ends. In the place of the package's own, which believes any length."""
    head = _exactly(stream, 4)
    if len(head) < 4:
        Faults.tell(
            "it closed the connection" if not head else "it closed the connection within a frame's length"
        )
        return None
    (length,) = struct.unpack("!I", head)
    if length > LONGEST_FRAME:
        Faults.tell(f"it sent a frame that says it has {length:,} bytes; the most is {LONGEST_FRAME:,}")
        return None
    body = _exactly(stream, length)
    if len(body) < length:
        Faults.tell(f"it closed the connection after {len(body):,} of the {length:,} bytes of a frame")
        return None
    return body


def _exactly(stream: socket.socket, count: int) -> bytes:
    parts = []
    try:
        while count:
            part = stream.recv(min(count, 1 << 16))
            if not part:
                break
            parts.append(part)
            count -= len(part)
    except socket.timeout:
        Faults.tell(f"it was silent for {stream.gettimeout() or 0:g} s")
        raise
    except OSError as error:
        Faults.tell(f"the connection broke ({error.strerror or error})")
        raise
    return b"".join(parts)


def prepare(port: int | None, silence_s: float, busy_s: float) -> None:
    """Put the functions in place, once in a process.

    Args:
        port: of an engine that listens here already; None to launch one.
        silence_s: seconds that an answer may take.
        busy_s: seconds that a busy engine is waited for.
    """
    from minedojo.sim.bridge import utils
    from minedojo.sim.bridge.bridge_env import bridge_env
    from minedojo.sim.bridge.mc_instance import InstanceManager, MinecraftInstance

    utils.recv_message = receive
    bridge_env.MAX_WAIT = busy_s
    bridge_env.BridgeEnv.SOCKTIME = silence_s
    if port is None:
        return

    def attached(bridge: Any, **kwargs: Any) -> Any:
        instance = MinecraftInstance(port=port, existing=True)
        InstanceManager._instance_pool.append(instance)
        instance.launch(daemonize=True)
        instance._acquire_lock(os.getpid())
        instance.had_to_clean = False
        return instance

    bridge_env.BridgeEnv._get_new_instance = attached


def watch(bridge: Any, sent: list[str]) -> None:
    """Have a bridge raise `EngineLost` where a step fails, in place of repeating the last observation.

    Args:
        bridge: of one task.
        sent: what every step sends to the engine is added to it.
    """
    step = bridge.step

    def checked(action_xmls: Any) -> Any:
        Faults.latest = ""
        sent.extend(action_xmls)
        try:
            told = step(action_xmls)
        except (ValueError, KeyError, struct.error) as error:
            raise EngineLost(
                f"the engine sent what cannot be read ({type(error).__name__}: {str(error)[:200]})"
            ) from error
        if not told.step_success:
            raise EngineLost(f"the engine broke in a step: {Faults.latest or 'nobody knows how'}")
        return told

    bridge.step = checked


def said_at_reset(error: BaseException) -> Exception:
    """What an error at the beginning of an episode stands for."""
    if isinstance(error, ConnectionRefusedError):
        return EngineLost("nothing listens at the engine's port any more")
    if isinstance(error, RuntimeError) and "`done` was true" in str(error):
        return EngineLost("the engine says that the episode is over before it has begun")
    if isinstance(error, EOFError):
        return EngineLost(f"the engine could not be launched; it said last: {_last(str(error))}")
    if isinstance(error, socket.timeout) and not Faults.latest:
        return EngineBusy("the engine plays for somebody else and did not stop; use one of its own")
    if Faults.latest:
        return EngineLost(f"the engine broke while an episode began: {Faults.latest}")
    return EngineLost(f"the engine broke while an episode began: {type(error).__name__}: {error}")


def _last(text: str) -> str:
    """The last line of an engine's output that says something; the package adds a sentence of its own."""
    lines = [line.strip() for line in text.splitlines()]
    said = [line for line in lines if line and not line.startswith(("at ", "..."))]
    return (said[-2] if len(said) > 1 else "nothing")[:300]
