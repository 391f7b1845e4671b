"""Where things stand on a page; pure geometry.

    columns: a layered drawing of a graph: columns by dependency, few crossings, no overlaps

Not here: how it looks (`agent/web/static`).
"""
