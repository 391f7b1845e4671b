"""The offline page of a skill graph.

    graph_layout: where the nodes of a skill graph stand on a page: columns by dependency, few crossings,
        no overlaps
    graph_page: one self-contained page that shows a skill graph offline: picture, details, search
    graph_svg: the drawing of a skill graph: cards for skills, pills for facts, arrows for claims and
        beliefs

Not here: the graph (`planners.graph`), its other formats (`planners.graph.formats`).
"""
