"""Minecraft 1.11.2, as MineDojo plays it: described, planned for, and played in the block world.

    carrying: what is carried at the beginning of an episode
    catalogue: items, recipes and programmatic tasks, out of the package `minedojo`
    direct: the game in the block world, without the package in between
    facts: the fact vocabulary
    game: `MinecraftGame`
    label: what the block world is called, and the engines
    making: crafting and smelting, wherever things are kept
    names: names of items, tools, armour and food
    opening: the game by its options
    package: the package `minedojo` in an environment of its own: built, found, looked at
    places: what is looked for, and where
    refused: what an action did not do, and why
    side: what runs in that environment; imports nothing of ours
    sources: what blocks and mobs drop, and to which tool
    spec: the static description: actions, facts, what to look for
    symbolic: a world without space and time, with the real recipes
    world: the block world, an engine of our own that is played like Minecraft and is not Minecraft
    task_game: one of MineDojo's tasks in the block world, without the package
    wire: Malmo's protocol between the package and its engine

Not here: Minecraft itself, which belongs to others.
"""
