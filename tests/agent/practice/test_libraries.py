"""Libraries in use, not writable or in disorder, and games that are unknown: nothing is changed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.config import PracticeConfig
from agent.play.load import load_kit
from agent.practice.loop import run_practice
from agent.practice.report import PracticeReport
from envs.errors import UnknownGame
from planners.errors import BadGraph
from skills.errors import LibraryDamaged, LibraryLocked, LibraryNotWritable
from skills.store.folder_files import FolderFiles
from tests.agent.toy_library import build_toy_library
from tests.agent.toy_session import Session, admitted, contents
from tests.skills.store.hostile_library import Files, install, with_record

pytestmark = pytest.mark.usefixtures("borrowed_worker")

HOLD = """
import sys
from pathlib import Path
from skills.store.lock import library_lock
with library_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_a_library_in_use_is_left_alone(configure: Callable[..., PracticeConfig]) -> None:
    config = configure()
    folder = config.library / "toy"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(
            LibraryLocked,
            match=rf"^{re.escape(str(folder))} is being written by process {holder.pid} \(since .*\); "
            "wait until it ends, stop it, or use another folder with --library$",
        ):
            run_practice(config)
        assert not config.runs_dir.exists()
    finally:
        holder.communicate("")
    assert len(admitted(run_practice(config))) == 3


def test_a_library_that_cannot_be_written(configure: Callable[..., PracticeConfig]) -> None:
    config = configure()
    config.library.write_text("a file, not a folder")
    with pytest.raises(LibraryNotWritable, match=r"^cannot write to .*toy: .*; make it writable"):
        run_practice(config)
    assert config.library.read_text() == "a file, not a folder"
    assert not config.runs_dir.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_library(configure: Callable[..., PracticeConfig]) -> None:
    config = configure()
    config.library.mkdir()
    config.library.chmod(0o555)
    try:
        with pytest.raises(LibraryNotWritable, match="Permission denied"):
            run_practice(config)
    finally:
        config.library.chmod(0o755)


@pytest.mark.parametrize("text", ["", '{"nodes": [', '{"schema": 99, "nodes": [], "edges": []}'])
def test_a_damaged_graph_stops_the_session_and_stays(
    own_copy: tuple[PracticeConfig, PracticeReport], text: str
) -> None:
    config, _ = own_copy
    path = config.library / "toy" / "graph.json"
    path.write_text(text)
    before = contents(config.library)
    with pytest.raises(BadGraph, match=f"^{re.escape(str(path))}: "):
        run_practice(config)
    assert contents(config.library) == before


def test_changed_weights_stop_the_session(toy_session: Session, tmp_path: Path) -> None:
    library = tmp_path / "library"
    shutil.copytree(toy_session.config.library, library)
    weights = library / "toy" / "collect_wood" / "v1" / "policy.zip"
    newest = sorted((library / "toy" / "collect_wood").glob("v*"))[-1] / "policy.zip"
    newest.write_bytes(newest.read_bytes()[:-1] + b"x")
    before = contents(library)
    with pytest.raises(LibraryDamaged, match="collect_wood"):
        run_practice(replace(toy_session.config, library=library, runs_dir=tmp_path / "runs"))
    with pytest.raises(LibraryDamaged, match="collect_wood"):
        load_kit(library, "toy")
    assert contents(library) == before
    assert weights.is_file()


def negative_use(files: Files) -> Files:
    return {**files, "gather/v1/stats.json": b'{"schema": 1, "stats": {"successes": -5}}'}


def unknown_action(files: Files) -> Files:
    return with_record(files, "gather/v1", lambda record: record["policy"].update(action="fly"))


def graph_of_another_game(files: Files) -> Files:
    return {**files, "graph.json": files["graph.json"].replace(b'"game": "toy"', b'"game": "crafter"')}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (negative_use, r"stats\.json of gather v1 holds no statistics"),
        (unknown_action, r"skill\.json of gather v1: policy names 'fly', which is no action of toy"),
        (graph_of_another_game, r"graph\.json: a graph of 'crafter' in the library of 'toy'"),
    ],
)
def test_what_is_damaged_is_told_before_practice(
    configure: Callable[..., PracticeConfig], tmp_path: Path, damage: Callable[[Files], Files], message: str
) -> None:
    config = configure()
    build_toy_library(tmp_path / "sound")
    install(damage(dict(FolderFiles(tmp_path / "sound" / "toy"))), config.library)
    before = dict(FolderFiles(config.library / "toy"))
    with pytest.raises((LibraryDamaged, BadGraph), match=message):
        run_practice(config)
    assert dict(FolderFiles(config.library / "toy")) == before


def test_an_unknown_game_is_refused_before_anything_is_made(
    configure: Callable[..., PracticeConfig],
) -> None:
    config = replace(configure(), game="toi")
    with pytest.raises(UnknownGame, match="no game 'toi'; did you mean 'toy'"):
        run_practice(config)
    assert not config.library.exists() and not config.runs_dir.exists()
