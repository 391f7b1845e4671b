"""Runs: their list, one as it stands and as it changes, its pictures, and commands to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from agent.records.commands import KINDS, Command, CommandKind, send
from agent.records.runs import find_run
from agent.web.server.answers import Explain, error_response, view
from agent.web.server.security import refused
from agent.web.server.shared_answer import SharedAnswer
from agent.web.server.streams import Streams
from agent.web.views.folders import Folders
from agent.web.views.live import live, live_picture, verdict_picture
from agent.web.views.runs import runs
from envs.json_text import for_browsers, parsed
from envs.text import brief

LARGEST_BODY: Final = 4_096
"""Bytes of a command's body."""


def routes(folders: Folders, explain: Explain) -> Sequence[BaseRoute]:
    """The addresses."""
    streams = Streams()
    listed = SharedAnswer(lambda: runs(folders))

    async def events(request: Request) -> Response:
        try:
            run = await run_in_threadpool(find_run, folders.runs, request.path_params["name"])
            following = await streams.join(run.path)
        except Exception as error:
            return error_response(error, explain)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(following, media_type="text/event-stream", headers=headers)

    async def command(request: Request) -> Response:
        try:
            told = _command(await _body(request))
        except ValueError as error:
            return refused(422, "BadCommand", str(error))
        try:
            run = await run_in_threadpool(find_run, folders.runs, request.path_params["name"])
            await run_in_threadpool(send, run, told)
        except Exception as error:
            return error_response(error, explain)
        said = {"run": run.name, "command": told.kind, "skill": told.skill}
        return Response(for_browsers(said), media_type="application/json")

    def picture(request: Request) -> Response:
        return _png(live_picture(folders, request.path_params["name"]))

    def verdict(request: Request) -> Response:
        return _png(verdict_picture(folders, request.path_params["name"], request.path_params["picture"]))

    return [
        Route("/runs", view(lambda _: listed(), explain)),
        Route("/runs/{name}/live", view(lambda request: live(folders, request.path_params["name"]), explain)),
        Route("/runs/{name}/events", events),
        Route("/runs/{name}/picture", view(picture, explain)),
        Route("/runs/{name}/verdicts/{picture}", view(verdict, explain)),
        Route("/runs/{name}/commands", command, methods=["POST"]),
    ]


def _png(content: bytes) -> Response:
    return Response(content, media_type="image/png", headers={"cache-control": "no-cache"})


async def _body(request: Request) -> bytes:
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > LARGEST_BODY:
            raise ValueError(f"a command has at most {LARGEST_BODY:,} bytes")
    return content


def _command(content: bytes) -> Command:
    record = parsed(content)
    if not isinstance(record, dict):
        raise ValueError("a command is a JSON object")
    kind, skill = record.get("command"), record.get("skill", "")
    if kind not in KINDS or not isinstance(skill, str):
        raise ValueError(f"no command {brief(kind)}; expected one of {', '.join(KINDS)}, and skill as a text")
    return Command(kind=cast("CommandKind", kind), skill=skill, by="page")
