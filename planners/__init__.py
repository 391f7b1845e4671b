"""Which skill next; no model, no networks.

    errors: errors of this layer
    execution: carries out plans and policies over skills in a game
    goal_parser: parses what a person types into a `Goal`
    goals: what the words of a goal mean
    graph: what skills are claimed to need and give, what play showed, and what is believed
    plan: `Goal`, `Plan`, `Verdict`, `Execution`
    search: finds plans, over what the graph believes

Not here: executing one skill's network (`agent.play.learned_option`), asking for claims
(`agent.design.effects`).
"""
