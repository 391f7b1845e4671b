"""The library linked ahead plays the same games, and what is no such library stays as it is."""

from __future__ import annotations

import ctypes
import logging
import random
from pathlib import Path
from types import SimpleNamespace

import pytest
from nle.nethack import nethack as module

from envs.facts import EndStatus
from envs.nethack import engine as engines
from envs.nethack import linking
from envs.nethack.engine import Engine, Setup


def library() -> bytearray:
    return bytearray(Path(module.DLPATH).read_bytes())


def trace(setup: Setup, keys: int = 120) -> list[bytes]:
    """What two games of a new engine show."""
    engine, seen = Engine(setup), []
    for seed in (3, 4):
        engine.begin(seed)
        rng = random.Random(seed)
        while engine.status is EndStatus.RUNNING and engine.keys < keys:
            engine.press(27 if engine.asks else rng.choice(b"hjklyubnHJKLs,.<>qio"))
            seen.append(engine.glyphs.tobytes() + engine.stats.tobytes() + engine.screen.tobytes())
    engine.close()
    return seen


@pytest.mark.parametrize("setup", [Setup(character="@"), Setup(level="MiniHack-Quest-Easy-v0")], ids=repr)
def test_a_game_of_a_linked_library_is_the_same(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    linked = trace(setup)
    monkeypatch.setattr(engines, "link_ahead", lambda copy: None)
    assert trace(setup) == linked


def test_a_games_own_copy_is_linked_and_the_installed_library_is_not() -> None:
    before = library()
    engine = Engine(Setup())
    copy = bytearray(Path(engine.library).read_bytes())
    engine.close()
    assert library() == before
    assert linking.link(before) > 2_000
    assert copy == before


def test_names_that_the_process_defines_too_are_left_to_the_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for process in (SimpleNamespace(), SimpleNamespace(mklev=None)):
        monkeypatch.setattr(ctypes, "CDLL", lambda name, process=process: process)
        found.append((content := library(), linking.link(content)))
    (all_linked, most), (but_one, fewer) = found
    assert most - fewer == 1  # the one place where a level is made
    assert all_linked != but_one


@pytest.mark.parametrize(
    "content", [b"", b"no library" * 20, b"\x7fELF\x02\x01" + bytes(200)], ids=["empty", "text", "header"]
)
def test_what_is_no_library_is_refused(content: bytes) -> None:
    with pytest.raises((ValueError, LookupError)):
        linking.link(bytearray(content))


def test_a_library_of_another_build_stays_as_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    other = tmp_path / "other.so"
    other.write_bytes(b"of another machine")
    with caplog.at_level(logging.INFO, logger="envs.nethack.linking"):
        linking.link_ahead(str(other))
    assert other.read_bytes() == b"of another machine"
    assert "is not linked ahead" in caplog.text
