"""Minecraft 1.11.2, as MineDojo plays it: so far what can be said and planned without a world.

    catalogue: items, recipes and programmatic tasks, out of the package `minedojo`
    facts: the fact vocabulary
    names: names of items, tools, armour and food
    package: the package `minedojo` in an environment of its own: built, found, looked at
    places: what is looked for, and where
    side: what runs in that environment; imports nothing of ours
    sources: what blocks and mobs drop, and to which tool
    spec: the static description: actions, facts, what to look for
    symbolic: a world without space and time, with the real recipes
    wire: Malmo's protocol between the package and its engine

Not here: a world to play in, which there is none of yet.
"""
