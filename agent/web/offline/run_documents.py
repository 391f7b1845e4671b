"""What an offline page of a run holds: how it stands, what it came to, its first episodes."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from agent.errors import AgentError
from agent.records.runs import RunInfo
from agent.web.offline.addresses import address, part
from agent.web.views import live, replay, replay_answers
from agent.web.views.folders import Folders
from agent.web.views.report import report
from envs.errors import GameError
from envs.recording.playback import CHUNK
from skills.errors import SkillError

MOST_EPISODES = 20
"""Episodes of a run that its file can play, the first ones."""

MOST_BYTES = 20_000_000
"""Size of what these episodes come to, at most."""

_UNREADABLE = (AgentError, GameError, SkillError, OSError)
"""Why a part of a run cannot be shown; the rest of it still is."""


def run_documents(folders: Folders, run: RunInfo) -> dict[str, Any]:
    """Address -> document. Parts that cannot be read are left out. Raises `RunDamaged`."""
    path = f"/runs/{part(run.name)}"
    state = live.live(folders, run.name)
    documents: dict[str, Any] = {f"{path}/live": state}
    _add_pictures(documents, folders, run, state)
    if run.command != "practice":
        _add(documents, f"{path}/report", lambda: report(run))
    _add(documents, f"{path}/episodes", lambda: replay.episodes(folders, run.name))
    listed = documents.get(f"{path}/episodes")
    if listed is not None:
        listed["episodes"] = _play(documents, folders, run, listed["episodes"])
        replay.forget()
    return documents


def _add(documents: dict[str, Any], where: str, make: Any) -> None:
    try:
        documents[where] = make()
    except _UNREADABLE:
        return


def _add_pictures(documents: dict[str, Any], folders: Folders, run: RunInfo, state: Any) -> None:
    path, game = f"/runs/{part(run.name)}", (state.get("now") or {}).get("game") or {}
    if game.get("at"):
        where = address(f"{path}/picture", at=str(game["at"]))
        _add(documents, where, lambda: _data_url(live.live_picture(folders, run.name)))
    for verdict in state.get("verdicts") or ():
        if name := verdict.get("picture"):
            where = f"{path}/verdicts/{part(name)}"
            _add(documents, where, lambda name=name: _data_url(live.verdict_picture(folders, run.name, name)))


def _play(documents: dict[str, Any], folders: Folders, run: RunInfo, listed: list[Any]) -> list[Any]:
    """Add the episodes that the file has room for; returns these."""
    kept, size = [], 0
    for row in listed[:MOST_EPISODES]:
        try:
            found = _episode(folders, run.name, str(row["episode"]))
        except _UNREADABLE:
            continue
        size += len(json.dumps(found))
        if size > MOST_BYTES:
            break
        documents.update(found)
        kept.append(row)
    return kept


def _episode(folders: Folders, run: str, name: str) -> dict[str, Any]:
    path = f"/runs/{part(run)}/episodes/{part(name)}"
    head = replay.episode(folders, run, name)
    found: dict[str, Any] = {path: head}
    for index in range(-(-head["moments"] // CHUNK)):
        found[f"{path}/moments/{index}"] = replay.moments(folders, run, name, index)
    for skill in ("", *dict.fromkeys(head["names"][span[0]] for span in head["spans"])):
        where = address(f"{path}/asked", skill=skill)
        _add(found, where, lambda skill=skill: replay_answers.asked(folders, run, name, skill))
    return found


def _data_url(content: bytes) -> str:
    return f"data:image/png;base64,{b64encode(content).decode()}"
