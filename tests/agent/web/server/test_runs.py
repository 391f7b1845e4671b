"""Runs over HTTP: what changes reaches everybody who looks on, and only who has the token steers."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from agent.cli.serve import _explained
from agent.records.commands import CommandBox
from agent.records.runs import Run
from agent.web.server import streams
from agent.web.server.app import make_app
from agent.web.server.listening import bind
from agent.web.server.security import Access
from agent.web.views.folders import Folders
from agent.web.views.live import RunWatch

CLIENTS = 200


class Client:
    """A plain HTTP client of loopback."""

    def __init__(self, access: Access) -> None:
        self.access = access

    async def ask(
        self, path: str, body: bytes = b"", *, token: str = "", **headers: str
    ) -> tuple[int, bytes]:
        reader, writer = await self._send("POST" if body else "GET", path, body, token, headers)
        answer = await reader.read()
        writer.close()
        head, _, content = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), content

    async def events(self, path: str) -> list[tuple[str, Any]]:
        """All events of a stream, until its end."""
        reader, writer = await self._send("GET", path, b"", "", {})
        await reader.readuntil(b"\r\n\r\n")
        found: list[tuple[str, Any]] = []
        kind = ""
        while line := await reader.readline():
            if line.startswith(b"event: "):
                kind = line[7:].strip().decode()
            elif line.startswith(b"data: "):
                found.append((kind, json.loads(line[6:])))
                if kind == "end":
                    break
        writer.close()
        return found

    async def _send(
        self, method: str, path: str, body: bytes, token: str, headers: dict[str, str]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.access.port, limit=2**22)
        given = {"host": f"127.0.0.1:{self.access.port}", "connection": "close", **headers}
        given["content-length"] = str(len(body))
        if token:
            given["authorization"] = f"Bearer {token}"
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        await writer.drain()
        return reader, writer


def served(folder: Path, use: Callable[[Client], Coroutine[Any, Any, None]]) -> None:
    """Serve a folder of runs while `use` goes on."""

    async def both() -> None:
        listening = bind("127.0.0.1", 0)
        access = Access(host="127.0.0.1", port=listening.getsockname()[1])
        app = make_app(Folders(runs=folder), access, _explained)
        config = uvicorn.Config(app, log_level="warning", http="h11", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await use(Client(access))
        finally:
            server.should_exit = True
            await serving
            listening.close()

    asyncio.run(both())


def practice(folder: Path) -> Run:
    run = Run.create(folder, command="practice", game="toy", seed=0, config={})
    run.event("claimed", skill="drink", effects={})
    return run


def admitted(events: list[tuple[str, Any]]) -> list[str]:
    """Texts of all entries that a client was told of, in order; a later snapshot tells all of them again."""
    texts: list[str] = []
    for kind, value in events:
        entries = [entry["text"] for entry in value.get("entries", [])]
        texts = entries if kind == "snapshot" else texts + entries
    return [text for text in texts if "admitted" in text]


@pytest.mark.slow
def test_many_clients_share_one_watch_and_all_are_told_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watches: list[Path] = []

    class Counted(RunWatch):
        def __post_init__(self) -> None:
            super().__post_init__()
            watches.append(self.path)

    monkeypatch.setattr(streams, "RunWatch", Counted)
    run = practice(tmp_path)

    async def use(client: Client) -> None:
        looking = [asyncio.create_task(client.events(f"/api/runs/{run.name}/events")) for _ in range(CLIENTS)]
        for i in range(30):
            run.event("admitted", skill=f"skill_{i}", version=1)
            await asyncio.sleep(0)
            if i % 10 == 9:
                await client.ask("/api/runs")
        run.finish()
        run.close()
        told = await asyncio.gather(*looking)
        wanted = [f"skill_{i} admitted, version 1" for i in range(30)]
        assert all(admitted(events) == wanted for events in told)
        assert {events[-1][0] for events in told} == {"end"}
        assert len(watches) <= 2  # another one where a late client came after the end

    served(tmp_path, use)


def test_who_comes_while_the_last_look_is_taken_is_told_of_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, looked = threading.Event(), threading.Event()

    class Held(RunWatch):
        def catch_up(self) -> None:
            super().catch_up()
            begun.set()

        def look(self) -> dict[str, Any]:
            if begun.is_set():
                looked.wait(60)
            return super().look()

    monkeypatch.setattr(streams, "RunWatch", Held)
    monkeypatch.setattr(streams, "BREATH_S", 0.1)
    with practice(tmp_path) as run:
        run.finish()

    async def rest(joining: asyncio.Task[AsyncIterator[bytes]]) -> list[bytes]:
        events = await joining
        return [await anext(events) for _ in range(2)]

    async def use() -> None:
        shown = streams.Streams()
        early = asyncio.create_task(shown.join(run.path))
        await early
        while not (channel := shown._channels[run.path]).turn.locked():
            await asyncio.sleep(0)
        late = asyncio.create_task(shown.join(run.path))
        while not channel.turn._waiters:  # type: ignore[attr-defined]
            await asyncio.sleep(0)
        looked.set()
        for joining in (early, late):
            snapshot, last = await rest(joining)
            assert snapshot.startswith(b"event: snapshot")
            assert last.startswith(b"event: end")

    asyncio.run(use())


def test_a_run_that_has_ended_is_told_and_ends(tmp_path: Path) -> None:
    with practice(tmp_path) as run:
        run.finish()

    async def use(client: Client) -> None:
        events = await client.events(f"/api/runs/{run.name}/events")
        assert [kind for kind, _ in events if kind != "change"] == ["snapshot", "end"]
        assert events[0][1]["run"]["status"] == "done"
        status, content = await client.ask("/api/runs/nothing/events")
        assert (status, json.loads(content)["error"]["kind"]) == (404, "UnknownRun")

    served(tmp_path, use)


def test_a_client_that_does_not_keep_up_is_told_the_whole_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_WAITING", 4)
    run = practice(tmp_path)

    async def follow() -> None:
        joined = streams.Streams()
        slow = await joined.join(run.path)
        assert b"snapshot" in await anext(slow)
        quick = await joined.join(run.path)
        await anext(quick)
        for i in range(12):
            run.event("admitted", skill=f"skill_{i}", version=1)
            while f"skill_{i} admitted" not in (await anext(quick)).decode():
                pass
        later = await anext(slow)
        assert later.startswith(b"event: snapshot") and b"skill_11 admitted" in later
        await slow.aclose()  # type: ignore[attr-defined]
        await quick.aclose()  # type: ignore[attr-defined]

    monkeypatch.setattr(streams._Client, "__init__", _bounded(streams._Client.__init__))
    monkeypatch.setattr(streams, "LOOK_EVERY_S", 0.01)
    asyncio.run(follow())
    run.close()


def _bounded(begin: Any) -> Callable[..., None]:
    def init(self: Any) -> None:
        begin(self, waiting=asyncio.Queue(4))

    return init


def test_only_who_has_the_token_steers_and_only_what_runs(tmp_path: Path) -> None:
    run = practice(tmp_path)
    path = f"/api/runs/{run.name}/commands"
    queue = json.dumps({"command": "queue", "skill": "drink"}).encode()

    async def use(client: Client) -> None:
        token = client.access.token
        assert (await client.ask(path, queue))[0] == 401
        assert (await client.ask(path, queue, token=token, origin="http://evil.example"))[0] == 403
        assert (await client.ask(path, queue, token=token, host="evil.example"))[0] == 421
        assert list(CommandBox(run.path).take()) == []
        assert (await client.ask(path, queue, token=token))[0] == 200
        (command,) = CommandBox(run.path).take()
        assert (command.kind, command.skill, command.by) == ("queue", "drink", "page")  # type: ignore[union-attr]
        status, content = await client.ask(path, queue.replace(b"drink", b"drinc"), token=token)
        assert (status, json.loads(content)["error"]["did_you_mean"]) == (404, ["drink"])
        for body in (b"{", b"[1]", b'{"command":"rm"}', b'{"command":"queue","skill":[1]}', b" " * 5_000):
            assert (await client.ask(path, body, token=token))[0] == 422
        run.finish()
        run.close()
        status, content = await client.ask(path, b'{"command":"pause"}', token=token)
        assert (status, json.loads(content)["error"]["kind"]) == (409, "NotSteerable")

    served(tmp_path, use)
