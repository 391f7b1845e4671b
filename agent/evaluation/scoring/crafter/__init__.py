"""What a referee sees of Crafter's world, and what is counted in it.

    crossing: whether the player crossed water on stones that it put there
    kinds: Crafter's criteria by the names that a suite's file gives them
    night: whether the player slept through a night in a shelter
    referee: Crafter as a referee sees it: the engine's world before and after every step
    world: the world now, and what the player has put into it

Not here: Crafter's score and achievements (`agent.evaluation.scoring.achievements`).
"""
