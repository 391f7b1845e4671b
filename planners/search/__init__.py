"""From a goal to a plan, as pure functions of the graph, the goal and the facts.

`search` has the entry points. `rules` compiles the graph to plain tables, `costs` prices facts, `regression`
searches backwards, `pruning` and `ordering` improve what it found, `simulate` executes a plan by the rules.
"""
