"""Where the nodes of a skill graph stand: lanes from what lies about to what is aimed at.

    blocks: a skill with the facts that it is first to bring, as one block
    folding: lanes folded into rows, so that the whole has the shape of a screen
    lanes: the whole layout, from sizes and edges to boxes and routes
    levels: how many skills come before each skill
    ordering: the order in a lane that puts things near what they need
    routes: edges led through the gaps between blocks
    spread: positions as near to the wanted ones as spacing allows

Not here: what nodes and edges say (`agent.web.views`), how they are drawn (``static/js/graph``).
"""
