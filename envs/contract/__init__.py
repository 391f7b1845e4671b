"""Checks that a game keeps the contract, and the Gymnasium environment.

    check: `check_game`: every violation of the contract at once
    check_snapshot: whether saved states lead on, and damaged ones are refused
    check_spec: the checks that need no running game
    gym_env: a game as a Gymnasium environment
    walk: random walks through a game, and what is seen along them

Not here: the contract itself (`envs.game`), the games (`envs.toy`, `envs.crafter`, `envs.nethack`).
"""
