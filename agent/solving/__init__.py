"""One task that a person names, carried out with the skills of a library.

    policy_choice: which policy over skills serves a task: kept, recorded or written now
    solve: one named task on fresh seeds

Not here: reading a goal from words (`planners.goal_parser`), writing a policy over skills (`agent.design`),
suites of tasks (`agent.evaluation`).
"""
