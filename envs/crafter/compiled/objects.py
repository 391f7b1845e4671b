"""The table of objects: adding, moving and removing them, and the order in which chunks hold them."""

from __future__ import annotations

from envs.crafter.compiled.rules import FIRST_HEALTH, GROUND, HEALTH, REMOVED
from envs.crafter.compiled.state import CHUNK_HEIGHT, CHUNK_ROWS, CHUNK_WIDTH, HEIGHT, WIDTH, Game
from envs.grid.compiling import inner


@inner
def inside(x: int, y: int) -> bool:
    """Whether a cell lies in the world."""
    return 0 <= x < WIDTH and 0 <= y < HEIGHT


@inner
def _enter_chunk(game: Game, i: int) -> None:
    """Put an object at the end of the chunk that it stands in."""
    thing = game.objects[i]
    chunk = (thing.x // CHUNK_WIDTH) * CHUNK_ROWS + thing.y // CHUNK_HEIGHT
    if game.chunk_known[chunk] == 0:
        game.chunk_known[chunk] = 1
        game.chunks[game.n_chunks] = chunk
        game.n_chunks += 1
    thing.chunk = chunk
    thing.entered = game.entries
    game.entries += 1


@inner
def add_object(game: Game, kind: int, x: int, y: int) -> int:
    """Add an object on a free cell; returns its row."""
    i = game.n_rows
    game.n_rows += 1
    game.last_number += 1
    thing = game.objects[i]
    thing.kind = kind
    thing.x = x
    thing.y = y
    thing.health = FIRST_HEALTH[kind]
    thing.counter = 0
    thing.dx = 0
    thing.dy = 0
    thing.number = game.last_number
    game.rows_at[x, y] = i + 1
    _enter_chunk(game, i)
    return i


@inner
def remove_object(game: Game, i: int) -> None:
    """Remove an object; its row keeps where it was, since it may act once more in the same step."""
    thing = game.objects[i]
    if thing.kind != REMOVED:
        game.rows_at[thing.x, thing.y] = 0
        thing.kind = REMOVED


@inner
def is_free(game: Game, x: int, y: int, ground: int) -> bool:
    """Whether a cell holds no object and is of one of the materials in the set `ground`."""
    return inside(x, y) and game.rows_at[x, y] == 0 and (ground >> game.materials[x, y]) & 1 == 1


@inner
def move_object(game: Game, i: int, dx: int, dy: int) -> bool:
    """Move an object if the cell is free; one that was removed stays, but is told that it moved."""
    thing = game.objects[i]
    x, y = thing.x + dx, thing.y + dy
    if not is_free(game, x, y, GROUND[thing.kind]):
        return False
    if thing.kind == REMOVED:
        return True
    game.rows_at[x, y] = i + 1
    game.rows_at[thing.x, thing.y] = 0
    thing.x = x
    thing.y = y
    if (x // CHUNK_WIDTH) * CHUNK_ROWS + y // CHUNK_HEIGHT != thing.chunk:
        _enter_chunk(game, i)
    return True


@inner
def hurt_player(game: Game, damage: int) -> None:
    """Take health from the player, down to 0."""
    game.inventory[HEALTH] = max(0, game.inventory[HEALTH] - damage)


@inner
def hurt_object(game: Game, i: int, damage: int) -> None:
    """Take health from another object, down to 0."""
    game.objects[i].health = max(0, game.objects[i].health - damage)


@inner
def compact(game: Game) -> None:
    """Drop the rows of removed objects; the others keep their order."""
    n = 0
    for i in range(game.n_rows):
        old = game.objects[i]
        if old.kind == REMOVED:
            continue
        if n < i:
            new = game.objects[n]
            new.kind = old.kind
            new.x = old.x
            new.y = old.y
            new.health = old.health
            new.counter = old.counter
            new.dx = old.dx
            new.dy = old.dy
            new.chunk = old.chunk
            new.entered = old.entered
            new.number = old.number
            game.rows_at[new.x, new.y] = n + 1
        n += 1
    game.n_rows = n
