"""Suites of episodes on evaluation seeds, with intervals, beside published figures.

    episodes: one evaluation episode: what to play, who plays it, and the plain record that is left of it
    evaluate: evaluation: many episodes on evaluation seeds, side by side, streamed into the run as they
        end
    metrics: what the episodes of a suite come to: estimates by name, rates and progress in percent
    opening: from a suite's name and settings to an evaluation that can be played: its protocol and its run
    players: who plays an evaluation's episodes: random actions, plans over the skill graph, or a policy
        over skills
    scoring: how benchmarks judge an episode: criteria that watch a game, and the steps that a protocol
        counts
    suites: what is evaluated: one TOML file per suite, with the published figures it is compared with

Not here: the intervals themselves (`agent.stats`), trials within practice (`agent.practice.trials`).
"""
