"""The only package that runs model-written code, and its checks.

    calls: a checked function, called once or over many rows at once
    checks: checks of rewards and options on recorded play
    distinctions: what a function can tell apart, so that one result stands for many inputs
    fact_function: a function over facts: batched, cached and bounded
    functions: rewards, initiations, terminations, guards and shields, each with its type
    look_ahead: predicts the next inputs of a function
    option_cases: model-written tests of options: situations and the expected answers
    policy_code: policies over skills, with their simulations and checks, as sandboxed functions
    records: recorded and imagined steps as arrays
    returned: bounds of what it returns
    row_memo: cached results of pure functions, in bounded memory
    running_time: the processor time that a call may take
    sandbox: runs model-written code
    source_check: checks of that code without running it
    syntax_tree: its syntax tree, within limits

Not here: asking for code and having it repaired (`agent.design`), the functions' use in training
(`skills.rewards`) and in play (`agent.play.learned_option`).
"""
