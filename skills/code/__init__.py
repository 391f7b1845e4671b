"""The only place that runs model-written code, and what is checked before it counts.

    checks: checks of rewards and options on recorded play
    functions: rewards, initiations, terminations, guards and shields as typed, batched, remembered
        functions
    look_ahead: which inputs a function will be asked about next
    option_cases: model-written tests of options: situations with what should be said of them
    policy_code: policies over skills, with their simulations and checks, as sandboxed functions
    records: recorded and imagined steps as arrays
    row_memo: results of pure functions, remembered in bounded memory
    sandbox: the only door to model-written code
    source_check: what can be said of that code without running it

Not here: asking for code and having it repaired (`agent.design`), the functions' use in training
(`skills.rewards`) and in play (`agent.play.learned_option`).
"""
