"""What can be done, and how it is learned; no model is asked.

    array_file: reads `.npz` files within limits
    chains: skills made of skills: their parts, names, effects and records
    code: runs and checks model-written code
    errors: errors of this layer
    files: atomic files, hashes, canonical JSON
    interval: Wilson's interval of a success rate
    network: a skill's network: stored as weights only, run with numpy
    rewards: rewards of transitions: by event, by code, by preference, combined per skill
    skill: the skill record: effects, focus, option, policy, statistics, lineage
    start_bank: saved states that practice starts from
    store: the library on disk: versioned, hashed folders, written atomically
    threads: torch threads during learning
    training: PPO for one skill or several
    weights: reads a network's file within limits, without torch
    zip_members: reads zip archives within limits

Not here: the games (`envs`), which skill comes next (`planners`), who writes the code of skills
(`agent.design`), when a skill is practised and admitted (`agent.practice`). The folder library holds the
starter libraries, data only.
"""
