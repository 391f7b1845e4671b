"""Chains of skills: begun, rehearsed, tried, compared with planning, distilled. Read `chaining` first.

    chaining: chains are tried skill by skill from a situation
    choice: which skill begins a chain and which follows: probabilities
    comparison: a chain and the planner from the same states
    distilling: one network from the executions of a chain
    executable: which admitted skills may start in a situation
    rehearsal: the effects of a new chain, from executions of the whole
    trial: whether a chain is worth having: rehearsed, tried, compared

Not here: executing a chain (`planners.execution.chain`), what is known of chains on disk (`skills.chains`).
"""
