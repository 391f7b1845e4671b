"""A library opened for play: everything needed to execute skills, here or in worker processes.

    code_shelf: model-written functions that are loaded, by their source
    demonstration: what a player saw and did while a chain was executed
    graphs: where a command's graph comes from
    job_player: one job after the other, in this process
    job_pool: worker processes that carry jobs out
    jobs: pieces of play, and what they led to
    kit: everything needed to play, as one picklable value
    kit_code: a kit's model-written code, loaded
    learned_option: follows a network: how an action is drawn, which are never taken
    libraries: where libraries lie
    load: from a library to a kit
    noted_game: tells what an action did not do, where the game knows
    option_code: what all options of one skill share: model-written initiation and termination, and
        forbidden actions
    option_factory: which option executes a skill
    player: a kit opened in one process
    scripted_option: takes one action of the game, from a few places around the first
    watched: what a person who watches is told while an episode is played

Not here: plans (`planners.search`), policies over skills for a task (`agent.solving`), scores
(`agent.evaluation`).
"""
