"""Success as an expression in a suite's file: over facts, and over the world as a referee sees it.

    course: what an expression asks of the facts of an episode, kept up to date step by step
    language: the names that an expression may use, and what they mean
    reading: reads an expression: everything that can be wrong is found before anything is played
    success: the criterion that an expression holds
    world: the world as a referee sees it, for expressions about places

Not here: criteria that are code (`agent.evaluation.scoring.crafter`, `agent.evaluation.scoring.nethack`),
the sandbox (`skills.code.sandbox`).
"""
