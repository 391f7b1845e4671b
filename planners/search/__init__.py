"""From a goal to a plan, over what the graph believes.

    costs: what a unit of every fact costs from scratch
    ordering: alike executions of a plan together, and what is nearest first
    pruning: drops executions that a plan does not need
    regression: the backward search with quantities
    rules: the graph as plain tables, compiled once per state of belief
    search: `decompose` (fewest executions) and `cheapest` (least expected cost)
    simulate: what a plan leads to, by the graph's own rules

Not here: carrying plans out (`planners.execution`), reading a goal from words (`planners.goal_parser`).
"""
