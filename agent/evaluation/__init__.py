"""Suites of episodes on evaluation seeds, with intervals, beside published figures.

    again: the command that plays an evaluation again
    episodes: one evaluation episode: what to play, who plays it, and the plain record that is left of it
    evaluate: evaluation: many episodes on evaluation seeds, side by side, streamed into the run as they
        end
    guard: keeps libraries that were made for a suite's tasks from being evaluated on it
    metrics: the estimates of a suite by name, rates and progress in percent
    open_evaluation: opens a suite by name and settings: its protocol and its run
    parts: the skills that a library has for tasks given in words
    players: who plays an evaluation's episodes: random actions, plans over the skill graph, or a policy
        over skills
    scoring: how benchmarks judge an episode: criteria that watch a game, and the steps that a protocol
        counts
    task_players: who plays a task that is given in words: by name, by plans, or by looking
    suites: what is evaluated: one TOML file per suite, with the published figures it is compared with
    verdicts: how far the verdicts of a judge that looked agree with the referee

Not here: the intervals themselves (`agent.stats`), trials within practice (`agent.practice.trials`).
"""
