"""Whether practice is still worth going on with.

    coverage: how much of the game practice has met
    curves: is practice still worth going on with: three curves, and a warning when one turns

Not here: when a session looks at them (`agent.practice.monitoring`).
"""
