"""Pages: the skill graph, live practice, replays and reports, served or written as files.

    layout: where things stand on a page
    views: what pages are told, from libraries and run folders
    server: pages and data over HTTP
    offline: pages as files

The front end itself, modules and styles as a browser reads them, is the folder ``static``.

Not here: the graph (`planners.graph`), its other formats (`planners.graph.formats`), run folders
(`agent.records`).
"""
