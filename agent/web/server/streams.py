"""Server-sent events from run folders: one watch per run, however many look on.

A client gets the run as it stands (``snapshot``), then what changes (``change``), and ``end`` once nobody
works on the run any more. A client that does not keep up gets the run as it stands again, instead of what
it missed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from agent.errors import AgentError
from agent.web.views.live import RunWatch
from envs.json_text import for_browsers

_log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 0.5
"""Seconds between two looks at a run's folder."""
MOST_WAITING: Final = 64
"""Messages that wait for a client before it is told the whole again."""
BREATH_S: Final = 15.0
"""Seconds of silence after which a comment keeps the connection open."""
MOST_CLIENTS: Final = 2_000
"""Clients of one run."""

_END: Final = b"event: end\ndata: {}\n\n"


def message(kind: str, value: Any) -> bytes:
    r"""One server-sent event.

    >>> message("change", {"a": 1})
    b'event: change\ndata: {"a":1}\n\n'
    """
    return f"event: {kind}\ndata: {for_browsers(value)}\n\n".encode()


@dataclass(eq=False, slots=True)
class _Client:
    waiting: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    lost: bool = False
    """Whether it has missed something."""


@dataclass(slots=True)
class _Channel:
    """One run, and those who look on."""

    watch: RunWatch
    clients: set[_Client] = field(default_factory=set)
    snapshot: bytes = b""
    task: asyncio.Task[None] | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the watch is used, and until what it said has been passed on."""
    over: bool = False
    """Whether all who looked on were told of the end; who comes later is told at once."""

    def publish(self, content: bytes) -> None:
        for client in self.clients:
            try:
                client.waiting.put_nowait(content)
            except asyncio.QueueFull:
                client.lost = True


class TooManyLookOn(AgentError):
    """More clients than one run is shown to."""


class Streams:
    """The runs that are looked at now. Belongs to one event loop."""

    def __init__(self) -> None:
        self._channels: dict[Path, _Channel] = {}
        self._opening = asyncio.Lock()

    async def join(self, path: Path) -> AsyncIterator[bytes]:
        """The events of a run, for one client; closing the iterator ends it.

        Raises:
            RunDamaged: the run cannot be read.
            TooManyLookOn: there are too many clients already.
        """
        async with self._opening:
            channel = self._channels.get(path)
            if channel is None:
                channel = _Channel(RunWatch(path))
                channel.snapshot = await run_in_threadpool(_begin, channel.watch)
                self._channels[path] = channel
                channel.task = asyncio.create_task(self._follow(path, channel))
        if len(channel.clients) >= MOST_CLIENTS:
            raise TooManyLookOn(f"{MOST_CLIENTS:,} pages look at this run already; close some")
        client = _Client()
        first = await self._whole(channel, client)
        return self._events(path, channel, client, first)

    async def _whole(self, channel: _Channel, client: _Client) -> bytes:
        """The run as it stands, with everything after it waiting for the client."""
        async with channel.turn:
            if not channel.snapshot:
                channel.snapshot = await run_in_threadpool(_snapshot, channel.watch)
            client.lost = False
            while not client.waiting.empty():
                client.waiting.get_nowait()
            channel.clients.add(client)
            if channel.over:
                client.waiting.put_nowait(_END)
            return channel.snapshot

    async def _events(
        self, path: Path, channel: _Channel, client: _Client, first: bytes
    ) -> AsyncIterator[bytes]:
        try:
            yield first
            while True:
                if client.lost:
                    yield await self._whole(channel, client)
                try:
                    content = await asyncio.wait_for(client.waiting.get(), BREATH_S)
                except TimeoutError:
                    content = b": still here\n\n"
                yield content
                if content is _END:
                    return
        finally:
            channel.clients.discard(client)
            if not channel.clients and channel.task is not None:
                channel.task.cancel()
                if self._channels.get(path) is channel:
                    del self._channels[path]

    async def _follow(self, path: Path, channel: _Channel) -> None:
        """Look at the run again and again, until nobody works on it."""
        try:
            while True:
                over = await run_in_threadpool(lambda: channel.watch.over)
                while await self._look(channel):
                    pass
                if over:
                    return
                await asyncio.sleep(LOOK_EVERY_S)
        except (AgentError, OSError, ValueError) as error:
            _log.warning("%s is not followed any more: %s", path.name, error)
        finally:
            if self._channels.get(path) is channel:
                del self._channels[path]
            channel.over = True
            for client in channel.clients:
                while client.waiting.full():
                    with suppress(asyncio.QueueEmpty):
                        client.waiting.get_nowait()
                client.waiting.put_nowait(_END)

    async def _look(self, channel: _Channel) -> bool:
        """Tell everybody what is new; says whether anything is."""
        async with channel.turn:
            changed = await run_in_threadpool(channel.watch.look)
            if changed:
                channel.snapshot = b""
                whole = changed.get("snapshot")
                channel.publish(message("snapshot", whole) if whole else message("change", changed))
            return bool(changed)


def _begin(watch: RunWatch) -> bytes:
    watch.catch_up()
    return _snapshot(watch)


def _snapshot(watch: RunWatch) -> bytes:
    return message("snapshot", watch.snapshot())
