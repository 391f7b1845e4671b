"""Answers calls with a world until there are no more.

Every call gets one answer with its number. After the calls that change the world, an answer brings the
status, the steps, the facts, and what the field ``look`` asks to see.
"""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Mapping
from typing import Any

from .channel import Channel
from .frames import PROTOCOL, Array, Message, array_of, fields_of
from .world import World, make_world

LONGEST_WORDS = 2_000
"""Characters of an error that are sent."""

KINDS = {"BadSnapshot": "bad_snapshot", "BadGameOption": "bad_option", "OtherProtocol": "protocol"}
"""Classes of errors by name -> what the other end is told; everything else is ``failed``."""


class OtherProtocol(Exception):
    """The other end speaks another version."""


class Server:
    """Holds the world.

    Args:
        channel: to the game.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._world: World | None = None

    def serve(self) -> bool:
        """Answer calls until ``close`` (true), or until nobody is left who asks (false)."""
        while True:
            message = self._channel.receive()
            if message is None:
                return False
            self._channel.send(self._answer(message))
            if message.header.get("call") == "close":
                return True

    def close(self) -> None:
        """Close the world, if there is one."""
        world, self._world = self._world, None
        if world is not None:
            world.close()

    def _answer(self, message: Message) -> Message:
        number, call = message.header.get("id"), str(message.header.get("call"))
        try:
            answer = self._carry_out(call, fields_of(message), message.arrays)
        except Exception as error:  # whatever the world raises is the game's to judge
            return Message({"id": number, "error": _told(error)})
        return Message({"id": number, **answer.header}, answer.arrays)

    def _carry_out(self, call: str, fields: Mapping[str, Any], arrays: Mapping[str, Array]) -> Message:
        if call == "hello":
            return self._hello(fields)
        if call == "close":
            self.close()
            return Message({})
        if self._world is None:
            raise RuntimeError(f"the call {call!r} came before 'hello'")
        if call == "snapshot":
            return Message({}, {"state": array_of(bytes(self._world.snapshot()))})
        if call == "ask":
            return Message({"answer": dict(self._world.ask(fields["question"]))})
        if call == "reset":
            self._world.reset(fields["seed"], fields["max_steps"])
        elif call == "restore":
            self._world.restore(bytes(arrays["state"].data))
        elif call == "step":
            self._world.step(fields["action"])
        elif call != "look":
            raise RuntimeError(f"there is no call {call!r}")
        return self._state(self._world, fields.get("look", {}))

    def _hello(self, fields: Mapping[str, Any]) -> Message:
        """Build the world and say what it is like."""
        if fields["protocol"] != PROTOCOL:
            raise OtherProtocol(f"the worker speaks version {PROTOCOL} of the protocol")
        sys.path[:0] = fields["paths"]
        self._world = make_world(fields["world"], fields["options"])
        said = {"protocol": PROTOCOL, "python": platform.python_version(), "spec": dict(self._world.spec())}
        state = self._state(self._world, {})
        return Message({**said, **state.header}, state.arrays)

    @staticmethod
    def _state(world: World, look: Mapping[str, Any]) -> Message:
        status, steps = world.progress()
        header: dict[str, Any] = {"status": int(status), "steps": int(steps)}
        arrays = {"facts": array_of(world.facts())}
        if "focus" in look:
            arrays["encoding"] = array_of(world.encode(*look["focus"]))
        if "size" in look:
            arrays["frame"] = array_of(world.frame(*look["size"]))
        if "caption" in look:
            header["caption"] = str(world.caption())
        return Message(header, arrays)


def _told(error: Exception) -> dict[str, str]:
    """An error as it is sent: its kind, its words, and where it was raised."""
    names = [one.__name__ for one in type(error).__mro__]
    kind = next((KINDS[name] for name in names if name in KINDS), "failed")
    words = str(error) if kind != "failed" else f"{type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return {"kind": kind, "message": words[:LONGEST_WORDS], "trace": trace[-LONGEST_WORDS:]}
