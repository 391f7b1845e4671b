"""What is evaluated: one TOML file per suite, with the published figures it is compared with.

    figure: a published figure, with its source and how its protocol differs
    names: names of the shipped suites
    suite: evaluation suites: a protocol and the published figures it is compared with, as TOML data
    task: one task of a suite: what is played, how long, and what is counted

Not here: playing the episodes (`agent.evaluation.episodes`), criteria (`agent.evaluation.scoring`).
"""
