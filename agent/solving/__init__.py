"""One task that a person names, carried out with the skills of a library.

    aim: what a task means: facts, or a policy over skills that was written for it
    approach: how a task is carried out
    nearest: which skills of a library are nearest to a task by meaning
    policy_choice: which policy over skills serves a task: kept, recorded or written now
    report: how a task went
    solve: one named task on fresh seeds
    understanding: reads a task: by its words, and only then by asking a model

Not here: reading a goal from words (`planners.goal_parser`), writing a policy over skills (`agent.design`),
suites of tasks (`agent.evaluation`).
"""
