"""Checks that a game keeps the contract, and the Gymnasium environment.

    check: `check_game`: every violation of the contract at once
    check_spec: the checks that need no running game
    gym_env: a game as a Gymnasium environment

Not here: the contract itself (`envs.game`), the games (`envs.toy`, `envs.crafter`, `envs.nethack`).
"""
