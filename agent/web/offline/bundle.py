"""All pages as files in a folder: explorer and run list in one, every run in one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent import __version__
from agent.errors import BadConfig, MissingPrerequisite, RunDamaged
from agent.records.runs import RunInfo, find_run
from agent.web.offline.addresses import address, part
from agent.web.offline.graph_documents import graph_documents
from agent.web.offline.page import GENERATOR, render_page
from agent.web.offline.run_documents import run_documents
from agent.web.views.folders import Folders
from agent.web.views.moments import moments_view, practice_runs
from agent.web.views.opened import open_library
from agent.web.views.runs import runs
from envs import disk
from envs.disk import Written
from skills.files import write_atomically

INDEX = "index.html"

MOST_RUNS = 100
"""Runs that get a file, the latest."""

MOST_HISTORIES = 20
"""Practice runs whose growth the explorer can show, the latest."""

TABS = {"graph": "Skills", "runs": "Runs"}

NOSCRIPT = (
    "These pages draw with JavaScript, and your browser runs none. The same is in the terminal: "
    "journeyman graph, journeyman runs list, journeyman runs show NAME."
)

PAGES = {"practice": "live", "solve": "replay", "eval": "report"}
"""Command -> the view that a run's file opens with; as in ``runs/list.js``."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was written.

    Attributes:
        files: paths, the first page first.
        left_out: runs without a file, with the reason.
    """

    files: tuple[Path, ...]
    left_out: tuple[str, ...]


def write_bundle(folders: Folders, folder: Path) -> Bundle:
    """Write the pages of a library and of its runs into a folder; files of an earlier bundle are replaced.

    Raises:
        BadConfig: the folder holds something else.
        OSError: it cannot be written.
    """
    _require_ours(folder)
    disk.make_folder(folder, Written.OUTPUT)
    listed = runs(folders)
    readable = [row["name"] for row in listed["runs"] if row["status"] != "damaged"]
    wanted, left_out = readable[:MOST_RUNS], [f"{name}: too many runs" for name in readable[MOST_RUNS:]]
    files: dict[str, Path] = {}
    for name in wanted:
        try:
            run = find_run(folders.runs, name)
            page = _run_page(run, run_documents(folders, run))
        except RunDamaged as error:
            left_out.append(f"{name}: {error}")
            continue
        files[name] = folder / f"run-{name}.html"
        write_atomically(files[name], page.encode())
    index = folder / INDEX
    write_atomically(index, _index_page(folders, listed, files).encode())
    return Bundle((index, *files.values()), tuple(left_out))


def _require_ours(folder: Path) -> None:
    """Raise `BadConfig` for a folder that holds what is not of a bundle."""
    if folder.exists() and not folder.is_dir():
        raise BadConfig(f"{str(folder)!r} is a file; expected a folder for the pages, new or empty")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    index = folder / INDEX
    if not index.is_file() or GENERATOR.encode() not in index.read_bytes()[:4_096]:
        raise BadConfig(f"{str(folder)!r} holds other files; name a new or empty folder with --bundle")


def _run_page(run: RunInfo, documents: dict[str, Any]) -> str:
    view = PAGES.get(run.command, "live")
    documents["/files"] = dict.fromkeys(("start", *TABS), INDEX)
    title = f"Journeyman: {run.command}, {run.game}"
    start = f"{view}/{part(run.name)}"
    views = dict.fromkeys(("live", "replay", "report"), "")
    return render_page(title, start, views, documents, noscript=NOSCRIPT, elsewhere=TABS)


def _index_page(folders: Folders, listed: dict[str, Any], files: dict[str, Path]) -> str:
    documents: dict[str, Any] = {
        "/about": {"version": __version__, "game": folders.game, "games": [folders.game]},
        "/runs": listed,
        "/files": {
            f"{view}/{name}": part(path.name)
            for name, path in files.items()
            for view in ("live", "replay", "report")
        },
    }
    start = "graph"
    try:
        documents |= graph_documents(open_library(folders.library, folders.game))
        documents |= _histories(folders)
    except MissingPrerequisite:  # no library yet: the runs are shown
        start = "runs"
    views = {"graph": TABS["graph"], "runs": TABS["runs"]}
    return render_page("Journeyman", start, views, documents, noscript=NOSCRIPT)


def _histories(folders: Folders) -> dict[str, Any]:
    """How the graph grew in the latest practice runs."""
    practised: Sequence[dict[str, str]] = practice_runs(folders.runs, folders.game)[:MOST_HISTORIES]
    found: dict[str, Any] = {address("/graph/runs", game=folders.game): list(practised)}
    for run in practised:
        found[address("/graph/moments", run=run["name"])] = moments_view(folders.runs, run["name"])
    return found
