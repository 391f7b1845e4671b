"""How benchmarks judge an episode: criteria that watch a game, and the steps that a protocol counts.

    achievements: a game that keeps count of its achievements
    crafter: what a referee sees of Crafter's world, and what is counted in it
    criterion: what is counted in an episode: the base of all criteria
    expressions: success as an expression in a suite's file
    judged_game: a game that is watched by a benchmark's criteria and ends when its protocol says so
    meter: the steps that a protocol counts, which are not always ours
    nethack: the criteria of NetHack's and MiniHack's benchmarks
    plain_referee: a game that tells a referee no more than it tells the player
    registry: what can be counted in which game: kinds of criteria, and units of a protocol's steps
    scored_step: what a criterion is shown: one action, what was said, and how the player stood before and
        after it
    settings: which settings a table of a suite's file may have, and what each may be

Not here: the suites that name the criteria (`agent.evaluation.suites`), what success of a skill is
(`planners.execution.judge`).
"""
