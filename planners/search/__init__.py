"""Finding plans, over what the graph believes.

    by_chance: plans that count on what an event may bring
    cap: which producers of a fact a plan may choose among, however large the library
    compiled: a graph's rules, made anew only for skills that have changed
    costs: what one unit of every fact costs from scratch
    ordering: puts equal executions of a plan together, and what is nearest first
    pruning: drops executions that a plan does not need
    regression: the backward search with quantities
    rules: the graph as plain tables
    search: `decompose` (fewest executions) and `cheapest` (least expected cost)
    simulate: the facts after a plan, by the graph's rules
    skill_table: what the searches ask of a skill graph
    world: facts as skills change them

Not here: carrying plans out (`planners.execution`), reading a goal from words (`planners.goal_parser`).
"""
