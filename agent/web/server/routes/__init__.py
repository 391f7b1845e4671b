"""The addresses under ``/api/``, one file per kind of data.

    about: what a page must know of whoever serves it
    graph: the skill graph, cards, plans, comparisons, moments
    report: what runs came to, and two of them compared

Not here: what is answered (`agent.web.views`).
"""
