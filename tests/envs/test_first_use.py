"""Code is compiled once, with a word about it; and never again while nothing changed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from envs import first_use
from envs.code_cache import CodeCache
from envs.errors import BadGameOption, MissingDependency, UnknownGame
from envs.first_use import MESSAGE, compile_once
from envs.registry import _REGISTRY, GameEntry, register


@pytest.fixture
def game(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A game whose warm-up leaves a file `compiled-N` in its folder every time that it is run."""
    folder = tmp_path / "slowgame"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "warm_up.py").write_text(
        "from pathlib import Path\n\n"
        "def run():\n"
        "    here = Path(__file__).parent\n"
        "    (here / f'ran-{len(list(here.glob(\"ran-*\")))}').touch()\n\n"
        "def again():\n"
        "    run()\n\n"
        "def fail():\n"
        "    raise RuntimeError('no room')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    cache = CodeCache(tmp_path / "cache")
    monkeypatch.setattr(first_use, "choose_code_cache", lambda: cache)
    monkeypatch.setitem(_REGISTRY, "slow", None)  # taken out again at the end
    del _REGISTRY["slow"]
    register(GameEntry("slow", "a:b", "a:c", warm_up=("slowgame.warm_up:run",)))
    yield "slow"
    sys.modules.pop("slowgame", None)


def runs(tmp_path: Path) -> int:
    return len(list((tmp_path / "slowgame").glob("ran-*")))


def test_it_is_said_and_done_once(game: str, tmp_path: Path) -> None:
    said: list[str] = []
    for _ in range(2):
        compile_once(game, said.append)
    assert said == [MESSAGE]
    assert runs(tmp_path) == 1


def test_it_is_done_again_when_the_code_changed(game: str, tmp_path: Path) -> None:
    said: list[str] = []
    compile_once(game, said.append)
    (tmp_path / "slowgame" / "rules.py").write_text("STEPS = 3\n")
    compile_once(game, said.append)
    assert said == [MESSAGE] * 2
    assert runs(tmp_path) == 2


def test_what_cannot_be_compiled_here_is_tried_again_and_is_no_error(game: str) -> None:
    said: list[str] = []
    for _ in range(2):
        compile_once(game, said.append, ["slowgame.warm_up:fail"])
    assert said == [MESSAGE] * 2


def test_only_what_was_not_compiled_before_is_compiled(game: str, tmp_path: Path) -> None:
    said: list[str] = []
    compile_once(game, said.append)
    compile_once(game, said.append, ["slowgame.warm_up:again"])
    assert (said, runs(tmp_path)) == ([MESSAGE] * 2, 2)
    compile_once(game, said.append, ["slowgame.warm_up:again"])
    compile_once(game, said.append)
    assert (said, runs(tmp_path)) == ([MESSAGE] * 2, 2)


def test_what_fails_keeps_nothing_else_from_being_done(game: str, tmp_path: Path) -> None:
    said: list[str] = []
    compile_once(game, said.append, ["slowgame.warm_up:fail"])
    compile_once(game, said.append)
    assert (said, runs(tmp_path)) == ([MESSAGE], 1)


def test_a_game_that_may_not_be_installed_is_loaded_only_to_compile(
    game: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_REGISTRY, game, replace(_REGISTRY[game], extra="slow"))
    loads: list[str] = []
    monkeypatch.setattr(first_use, "load_game", loads.append)
    said: list[str] = []
    for _ in range(3):
        compile_once(game, said.append)
    assert (loads, said) == ([game], [MESSAGE])


def test_nothing_is_said_of_a_game_that_is_not_installed(game: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_REGISTRY, game, replace(_REGISTRY[game], extra="slow"))

    def missing(name: str) -> None:
        raise MissingDependency(f"{name} needs more")

    monkeypatch.setattr(first_use, "load_game", missing)
    said: list[str] = []
    compile_once(game, said.append)
    assert said == []


def test_games_without_compiled_code_need_nothing() -> None:
    said: list[str] = []
    compile_once("toy", said.append)
    assert said == []
    with pytest.raises(UnknownGame):
        compile_once("chess", said.append)


PLAY = """
import numpy as np
from numba.core import event

compiled = []

class Listener(event.Listener):
    def on_start(self, event):
        compiled.append(event.data["dispatcher"].__name__)
    def on_end(self, event):
        pass

from envs.first_use import compile_once
compile_once("crafter", print)
event.register("numba:compile", Listener())
from envs.game import Focus
from envs.registry import make_game, make_games

game, games = make_game("crafter"), make_games("crafter", 3)
spec = game.spec
game.reset(1)
for action in (1, 2, 5):
    game.step(action)
    game.facts()
game.restore(game.snapshot())
game.caption()
game.frame()
facts, encodings = np.zeros((3, len(spec.facts)), np.int32), np.zeros((3, spec.encoding_size), np.float32)
for i in range(3):
    games[i].reset(i)
    games.attend(i, Focus(seek=("tree", "cow"), explore="caves"))
    games.observe(i, facts[i], encodings[i])
games.step(np.zeros(3, np.int64), np.zeros(3, np.int8), facts, encodings)
print("compiled afterwards:", compiled)
"""


@pytest.mark.slow
def test_playing_crafter_has_nothing_left_to_compile() -> None:
    done = subprocess.run([sys.executable, "-c", PLAY], capture_output=True, text=True, check=True)
    assert "compiled afterwards: []" in done.stdout


def test_a_wrong_option_is_told_before_anything_is_compiled(
    game: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelt biome was told after the compilation of all code, a minute on a busy machine."""
    closed: list[str] = []

    class Made:
        def __init__(self, biome: str) -> None:
            if biome != "forest":
                raise BadGameOption(f"no biome {biome!r}")

        def close(self) -> None:
            closed.append("closed")

    monkeypatch.setattr("envs.registry.load_game", lambda name: Made)
    said: list[str] = []
    with pytest.raises(BadGameOption, match="no biome 'forst'"):
        compile_once(game, said.append, options={"biome": "forst"})
    assert (said, runs(tmp_path)) == ([], 0)
    compile_once(game, said.append, options={"biome": "forest"})
    assert (said, runs(tmp_path), closed) == ([MESSAGE], 1, ["closed"])
