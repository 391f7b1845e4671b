"""Skills made of skills: chains as records, before anything is played.

    effects: what a chain needs and brings: by the sum of its parts, and by what play showed
    naming: names and descriptions of chains by template
    parts: whether the parts of a chain are there, without circles and not nested too deep
    record: the skill record of a chain

Not here: executing a chain (`planners.execution.runner`), finding and admitting one
(`agent.practice`).
"""
