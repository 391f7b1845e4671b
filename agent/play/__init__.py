"""A library opened for play: everything needed to execute skills, here or in worker processes.

    graphs: where a command's graph comes from
    jobs: worker processes that play
    kit: everything needed to play, as one picklable value
    libraries: where libraries lie
    load: from a library to a kit
    options: options that run: a network, or one scripted action
    player: a kit opened in one process

Not here: plans (`planners.search`), policies over skills for a task (`agent.solving`), scores
(`agent.evaluation`).
"""
