"""What can be done, and how it is learned; no model is asked.

    code: the only place that runs model-written code, and what is checked before it counts
    errors: errors of this layer
    files: files that are there in full or not at all
    interval: Wilson's interval of a success rate
    network: a skill's network: stored as weights only, run with numpy
    rewards: what a transition is worth: rewards by event, by code, by preference, put together per skill
    skill: the skill record: effects, focus, option, policy, statistics, lineage
    start_bank: the bank of saved states that practice starts from
    store: the library on disk: versioned, hashed folders, written whole or not at all
    threads: how many threads an update may use
    training: from a specification to the weights of one skill: PPO over whole rollouts

Not here: the games (`envs`), which skill comes next (`planners`), who writes the code of skills
(`agent.design`), when a skill is practised and admitted (`agent.practice`). The folder library holds the
starter libraries, data only.
"""
