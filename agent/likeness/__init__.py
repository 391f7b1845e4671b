"""How alike two tasks are, by their words and by what they bring; asks nobody and loads nothing heavy.

    effects: what a skill brings, in one form, so that two skills can be compared by it
    overlap: library entries and proposals that come too close to the tasks of an evaluation
    reserved: the tasks that are kept for evaluation, as far as others may know of them
    stated: the facts that an expression of success asks for, where they are all that it asks for
    words: how alike two texts are by the words that they share

Not here: what a goal's words mean (`planners.goal_parser`), the choice of a skill for a task
(`agent.solving.nearest`).
"""
