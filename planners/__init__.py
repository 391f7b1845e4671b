"""Which skill next; no model, no networks.

    errors: errors of this layer
    execution: from a plan, or a policy over skills, to play
    goal_parser: from a person's words to facts
    graph: what skills are claimed to need and give, what play showed, and what is believed
    plan: `Goal`, `Plan`, `Verdict`, `Execution`
    search: from a goal to a plan, over what the graph believes

Not here: executing one skill's network (`agent.play.learned_option`), asking for claims
(`agent.design.effects`).
"""
