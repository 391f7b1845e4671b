"""Minecraft 1.11.2, as MineDojo plays it: so far what can be said and planned without a world.

    facts: the fact vocabulary
    names: names of items, tools, armour and food
    places: what is looked for, and where
    spec: the static description: actions, facts, what to look for

Not here: the world itself, which there is none of yet.
"""
