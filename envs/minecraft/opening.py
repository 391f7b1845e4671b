"""Minecraft's game by its options: which engine, which task, which land."""

from __future__ import annotations

from collections.abc import Sequence

from envs.errors import BadGameOption, did_you_mean
from envs.minecraft.carrying import read_carried
from envs.minecraft.game import MinecraftGame
from envs.minecraft.label import DIRECT, ENGINES, PACKAGED
from envs.text import brief


def open_game(
    engine: str = DIRECT, biome: str = "", task: str = "", carried: Sequence[str] = ()
) -> MinecraftGame:
    """The game.

    Args:
        engine: where it is played, see `envs.minecraft.label.ENGINES`.
        biome: the biome that all land is of, as the registry names it; empty for all sorts.
        task: id or words of one of MineDojo's tasks, with which every episode begins; empty for none.
        carried: what is carried at the beginning, such as ``log=10``; for no task, in the block world alone.

    Raises:
        BadGameOption: there is no such engine, biome or item, or they do not go together.
        UnknownTask: there is no such task.
        NotObtainable: nobody can do it.
        MissingDependency: something is missing that the engine needs.
    """
    stacks = read_carried(carried)
    if engine == DIRECT:
        from envs.minecraft.task_game import TaskGame

        if not task:
            return MinecraftGame(biome=biome, carried=stacks)
        if biome or stacks:
            raise BadGameOption(
                f"game option {'biome' if biome else 'carried'!r} belongs to no task; a task says itself "
                "where it takes place and what is carried"
            )
        return TaskGame(task)
    if stacks:
        raise BadGameOption(
            f"game option 'carried' is for the engine {DIRECT}; the package gives what its tasks begin with"
        )
    from envs.minecraft.package.engine_choice import read_engine
    from envs.minecraft.package.game import PackageGame
    from envs.minecraft.package.task import OPEN_ENDED

    try:
        choice = read_engine("block-world" if engine == PACKAGED else engine)
    except BadGameOption as error:
        if engine.startswith("attach"):
            raise
        hint = did_you_mean(engine[:60], (DIRECT, PACKAGED, "launch", "attach")) or ";"
        raise BadGameOption(f"game option 'engine' is {brief(engine)}{hint} expected {ENGINES}") from error
    return PackageGame(choice, task or OPEN_ENDED, biome)
