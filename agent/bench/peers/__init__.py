"""Sample Factory and Craftax in the race, each in an environment of its own; measured on request.

    compiled_play: our compiled Crafter at random: what Craftax is compared with
    contenders: the peers as contenders of a race
    craftax_program: the program that plays Craftax-Classic
    craftax_race: Craftax-Classic on JAX's CPU beside our compiled Crafter and our whole loop
    environment: an environment per peer, built on demand and kept in the user's cache folder
    process: a program that is stopped and goes on as its turns come
    sample_factory_program: the program in which Sample Factory trains
    sample_factory_races: whole trainings beside Sample Factory's, on Crafter and on NetHack

Not here: plain stable-baselines3, which needs no environment of its own (`agent.bench.plain_training`).
"""
