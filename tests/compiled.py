"""Compiles what the games and their trainings need, once: ``python -m tests.compiled``.

The tests are run by several processes that begin at the same time. On a fresh checkout each of them would
compile the same code.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from envs.first_use import compile_once
from envs.registry import game_names
from skills.training.config import UPDATE_WARM_UP


def main() -> None:
    """Compile for all games side by side; nothing is done for what is compiled already."""
    with ThreadPoolExecutor() as threads:
        for done in [threads.submit(_compile, game) for game in game_names()]:
            done.result()


def _compile(game: str) -> None:
    """What playing needs; for the toy game, which needs nothing, what all trainings need."""
    more = UPDATE_WARM_UP if game == "toy" else ()
    compile_once(game, lambda _: print(f"compiling for {game}, once", flush=True), more)


if __name__ == "__main__":
    main()
