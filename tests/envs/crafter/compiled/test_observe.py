"""Facts and encodings of compiled games: those of the reference to the bit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from envs.crafter.compiled.found import new_found
from envs.crafter.compiled.games import CompiledGames
from envs.crafter.compiled.observe import observe_games
from envs.crafter.encoding import encode
from envs.crafter.spec import SPEC
from envs.crafter.survey import KINDS, REGIONS, survey
from envs.game import Focus
from tests.envs.crafter.compiled import scenes
from tests.envs.crafter.compiled.pair import Pair

MOST_SOUGHT = 3


class Watcher:
    """Compares facts and encodings of a pair, each time with another focus."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)
        self.times = 0
        self.theirs = np.zeros(len(SPEC.facts), np.int32), np.zeros(SPEC.encoding_size, np.float32)
        self.ours = np.zeros((1, len(SPEC.facts)), np.int32), np.zeros((1, SPEC.encoding_size), np.float32)

    def compare(self, pair: Pair) -> None:
        names = self.rng.permutation(list(KINDS))[: self.rng.integers(MOST_SOUGHT + 1)].tolist()
        focus = Focus(seek=tuple(names), explore=str(self.rng.choice(list(REGIONS))))
        facts, encoding = self.theirs
        pair.game.fact_values(facts)
        pair.game.encode(focus, encoding)
        seek = [KINDS[name] for name in names] + [-1] * (MOST_SOUGHT - len(names))
        pair.compiled.observe(np.array([seek]), np.array([REGIONS[focus.explore]]), *self.ours)
        where = f"step {pair.game.steps} of seed {pair.compiled.seeds[0]}"
        wrong = [SPEC.facts[k].name for k in np.flatnonzero(facts != self.ours[0][0])]
        assert wrong == [], where
        assert np.flatnonzero(encoding != self.ours[1][0]).tolist() == [], where
        self.times += 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scene", "steps"),
    [(scenes.RICHES, 2_000), (scenes.RUBBLE, 3_000), (scenes.TUNNELS, 3_000), (scenes.LONG, 2_000)],
    ids=lambda it: it.name if isinstance(it, scenes.Scene) else "",
)
@pytest.mark.one_in(2)
def test_every_fact_and_every_number_equals_the_reference(scene: scenes.Scene, steps: int) -> None:
    pair, watcher, seed = Pair(), Watcher(), 6000
    while watcher.times < steps:
        rng, player = np.random.default_rng(seed), scenes.RoughPlayer(seed)
        pair.begin(seed)
        scene.prepare(pair, rng)
        watcher.compare(pair)
        while pair.running and watcher.times < steps:
            scene.change(pair, rng)
            pair.step(player.act())
            watcher.compare(pair)
        if watcher.times % 3 == 0:
            pair.begin(seed + 1)
            pair.save_and_restore()
            watcher.compare(pair)
        seed += 2


def test_threads_observe_different_games() -> None:
    games = CompiledGames(6)
    games.reset_all(list(range(6)))
    seek, regions = np.array([[0, 2]] * 6), np.array([0, 1, 2, 3, 4, 0])
    facts = np.zeros((6, len(SPEC.facts)), np.int32)
    encodings = np.zeros((6, SPEC.encoding_size), np.float32)
    games.observe(seek, regions, facts, encodings)
    again = np.zeros_like(facts), np.zeros_like(encodings)

    def observe(first: int) -> None:
        some = slice(first, first + 3)
        games.observe(seek[some], regions[some], again[0][some], again[1][some], first, new_found())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(observe, (0, 3)))
    assert (again[0] == facts).all() and (again[1] == encodings).all()
    assert len({tuple(row) for row in encodings.tolist()}) == 6


def test_what_cannot_be_observed_is_refused() -> None:
    games = CompiledGames(2)
    games.reset_all([1, 2])
    facts = np.zeros((2, len(SPEC.facts)), np.int32)
    encodings = np.zeros((2, SPEC.encoding_size), np.float32)
    seek, regions = np.zeros((2, 1), np.int64), np.zeros(2, np.int64)
    with pytest.raises(ValueError, match=r"kinds sought are \[\[19\], \[0\]\]; expected -1\.\.18"):
        games.observe(np.array([[19], [0]]), regions, facts, encodings)
    with pytest.raises(ValueError, match=r"regions are \[0, -1\]; expected 0\.\.5"):
        games.observe(seek, np.array([0, -1]), facts, encodings)
    with pytest.raises(ValueError, match=r"encodings are float32\[2, 5\], not contiguous"):
        games.observe(seek, regions, facts, encodings[:, :5])
    with pytest.raises(ValueError, match="facts are float64"):
        games.observe(seek, regions, facts.astype(float), encodings)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"shapes \(1, 1\) and \(2,\) for 2 games"):
        games.observe(seek[:1], regions, facts, encodings)
    with pytest.raises(ValueError, match="no games"):
        games.observe(seek, regions, facts, encodings, first=1)


def test_everything_is_compiled_once() -> None:
    pair, watcher = Pair(), Watcher()
    pair.begin(1)
    watcher.compare(pair)
    for function in (observe_games, survey, encode):
        assert len(function.signatures) == 1
