"""The criteria of NetHack's and MiniHack's benchmarks.

    altars: learning on an altar what is cursed or blessed
    composites: MaestroMotif's three tasks in several parts, by its own rules and in truth
    kinds: NetHack's criteria and units by the names that a suite's file gives them
    level_ends: whether a MiniHack level was solved: by its own judge, and by the last reward as BALROG
        looks at it
    places: where the player has been: by the game's overview, as MaestroMotif's evaluation reads it, and
        in truth
    prices: what a shopkeeper's offer tells of a thing: by MaestroMotif's rule, and by NetHack's own prices
    progression: BALROG's progress in NetHack: how likely a game that came this far was to be won by a
        human
    referee: what NetHack tells a referee, and the types of its steps and criteria
    trade: selling: how often the game says so, what was sold, and what the price told
    units: the steps that NetHack's protocols count in ways of their own

Not here: what every game's criteria share (`agent.evaluation.scoring`).
"""
