"""A recorded episode in chunks: what they hold is what was played."""

import zlib

import numpy as np
import pytest

from envs.facts import EndStatus
from envs.recording import playback
from envs.recording.bars import bars
from envs.recording.playback import Playback
from envs.recording.traced_game import TracedGame
from envs.registry import game_spec, make_game


def played(name: str, seed: int, steps: int) -> TracedGame:
    game, rng = TracedGame(make_game(name)), np.random.default_rng(seed)
    game.reset(seed)
    for _ in range(steps):
        if game.status is EndStatus.RUNNING:
            game.step(int(rng.integers(len(game.spec.actions))))
    return game


def rows_of(chunk: playback.Chunk, columns: int) -> list[list[int]]:
    steps = np.frombuffer(zlib.decompress(chunk.facts), "<i4").reshape(columns, chunk.count)
    return steps.cumsum(axis=1).T.tolist()


def test_facts_come_in_chunks_that_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback, "CHUNK", 20)
    game = played("toy", 3, 50)
    playing = Playback(game.trace())
    assert (playing.kind, playing.moments, playing.has_rewards) == ("sheet", 51, False)
    third = playing.chunk(2)  # makes the two before it
    chunks = [playing.chunk(0), playing.chunk(1), third]
    assert [(c.first, c.count, c.last, c.doubt) for c in chunks if c] == [
        (0, 20, False, ""), (20, 20, False, ""), (40, 11, True, ""),
    ]  # fmt: skip
    rows = [row for chunk in chunks if chunk for row in rows_of(chunk, len(game.spec.facts))]
    assert len(rows) == 51
    assert rows[-1] == list(game.facts().values())
    assert playing.chunk(3) is None and playing.chunk(-1) is None


def test_an_episode_whose_steps_fill_its_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback, "CHUNK", 10)
    playing = Playback(played("toy", 3, 19).trace())
    assert [(c.count, c.last) for i in range(2) if (c := playing.chunk(i))] == [(10, False), (10, True)]
    assert playing.chunk(2) is None


@pytest.mark.slow
def test_tiles_of_crafter_are_kept_exactly() -> None:
    game = played("crafter", 5, 120)
    playing = Playback(game.trace())
    chunk = playing.chunk(0)
    assert chunk is not None and playing.tile_set is not None and playing.has_rewards
    table = np.frombuffer(zlib.decompress(chunk.pictures), np.uint8).reshape(chunk.count, -1)
    inner = make_game("crafter")
    inner.reset(5)
    assert (table[0] == inner.tiles()).all()
    for action in game.trace().actions:
        inner.step(action)
    assert (np.bitwise_xor.reduce(table) == inner.tiles()).all()
    assert len(chunk.pictures) < 20 * chunk.count


@pytest.mark.slow
def test_a_terminal_is_kept_with_its_colours_and_words() -> None:
    pytest.importorskip("nle")
    game = played("nethack", 5, 40)
    playing = Playback(game.trace())
    chunk = playing.chunk(0)
    assert chunk is not None and playing.kind == "cells" and tuple(playing.cells) == (24, 80)
    assert chunk.said
    table = np.frombuffer(zlib.decompress(chunk.pictures), np.uint8).reshape(chunk.count, 2, 24, 80)
    assert bytes(table[0, 0, 0]).isascii()
    assert table[0, 1].max() <= 15
    game.close()


def test_bars_know_when_they_are_full() -> None:
    crafter, nethack = game_spec("crafter"), game_spec("nethack")
    facts = dict.fromkeys((fact.name for fact in crafter.facts), 4)
    assert [(bar.words, bar.value, bar.most) for bar in bars(crafter, facts)][:2] == [
        ("health", 4, 9), ("food", 4, 9),
    ]  # fmt: skip
    facts = dict.fromkeys((fact.name for fact in nethack.facts), 0) | {"hp": 7, "max_hp": 15}
    assert [(bar.fact, bar.value, bar.most) for bar in bars(nethack, facts)] == [
        ("hp", 7, 15), ("energy", 0, 1),
    ]  # fmt: skip
