"""Is a game well-behaved? The contract checked, and a game as others expect one.

    check: `check_game`: every violation of the contract at once
    check_spec: the half of it that needs no running game
    gym_env: a game as a Gymnasium environment

Not here: the contract itself (`envs.game`), the games (`envs.toy`, `envs.crafter`, `envs.nethack`).
"""
