"""What the words of a goal mean: the steps of `planners.goal_parser`.

    counts: numbers as people write them
    items: a text cut into the things that it asks for, each with its count
    meanings: skills and facts with the words that they are known by
    reading: what each item means, and all of them together
    refusals: what is said, and suggested, where a goal is not understood
    words: words that carry meaning, and how alike two of them are

Not here: what a goal is (`planners.plan`), asking a model what a wish means (`agent.solving`).
"""
