"""One task that a person names, carried out with the skills of a library.

    aim: what a task means: facts, or a policy over skills that was written for it
    approach: how a task is carried out
    by_looking: solves a task that no fact states: skills near to its words, judged by looking
    known_tasks: tasks that a game's own catalogue knows
    judging: opens the judge that looks at tasks which no fact states
    looking: carries out a task that no fact states, until a judge that looks says that it is done
    nearest: which skills of a library are nearest to a task by meaning
    noting: writes an episode of a task into its run
    parts: which skills are tried for a task that no fact states
    policy_choice: which policy over skills serves a task: kept, recorded or written now
    report: how a task went
    solve: one named task on fresh seeds
    understanding: reads a task: by its words, and only then by asking a model
    untried: skills that were claimed and never tried, played by the game's cues
    watched_game: a game that keeps what a judge wants to see of an attempt

Not here: reading a goal from words (`planners.goal_parser`), writing a policy over skills (`agent.design`),
suites of tasks (`agent.evaluation`).
"""
