"""Crafter's picture laid out of tiles is the picture that the package draws."""

import numpy as np
import pytest
from numpy.typing import NDArray

from envs.crafter.game import CrafterGame
from envs.facts import EndStatus
from envs.tiles import TiledGame, TileSet

pytestmark = pytest.mark.slow


def laid_out(tile_set: TileSet, tiles: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The picture by day, float64[height, width, 3]."""
    shape = tile_set.rows, tile_set.columns
    cells = shape[0] * shape[1]
    ground = tile_set.textures[tiles[:cells].reshape(shape)].astype(float)
    above = tile_set.textures[tiles[cells : 2 * cells].reshape(shape)].astype(float)
    opacity = above[..., 3:] / 255
    mixed = opacity * above[..., :3] + (1 - opacity) * ground[..., :3]
    size = mixed.shape[2]
    return mixed.transpose(0, 2, 1, 3, 4).reshape(shape[0] * size, shape[1] * size, 3)


def test_tiles_show_what_the_package_draws() -> None:
    game, rng, compared = CrafterGame(), np.random.default_rng(2), 0
    assert isinstance(game, TiledGame)
    tile_set = game.tile_set()
    game.reset(8)
    for _ in range(260):
        tiles = game.tiles()
        assert tiles.shape == (tile_set.length,)
        if tiles[-2] > 250 and not tiles[-1]:  # as bright as by day
            shown = game.frame((tile_set.columns * 32, tile_set.rows * 32))
            assert np.abs(laid_out(tile_set, tiles) - shown).max() < 12
            compared += 1
        if game.status is not EndStatus.RUNNING:
            break
        game.step(int(rng.choice([1, 2, 3, 4, 5, 5])))
    assert compared > 20


def test_sleep_and_the_edge_of_the_world_are_told() -> None:
    game = CrafterGame()
    game.reset(8)
    game.record["sleeping"] = 1
    assert game.tiles()[-1] == 1
    game.record["objects"][0]["x"] = 0
    outside = game.tiles()[:81].reshape(9, 9)[:7, :4]
    assert len(set(outside.ravel().tolist())) == 1
