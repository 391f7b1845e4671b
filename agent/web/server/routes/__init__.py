"""The addresses under ``/api/``, one file per kind of data.

    about: what a page must know of whoever serves it
    runs: the list of runs, one as it stands and changes, its pictures, commands to it
    graph: the skill graph, cards, plans, comparisons, moments
    replay: recorded episodes, and their moments in chunks
    report: what runs came to, and two of them compared

Not here: what is answered (`agent.web.views`).
"""
