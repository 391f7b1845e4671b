"""What pages are told: pure functions from libraries and run folders to plain JSON values.

    about: what a page must know of whoever serves it
    compare: two runs side by side, paired by task and seed
    evaluated: an evaluation as its run folder has it
    folders: the libraries and run folders that pages may show; nothing else is read
    report: what a run came to, beside published figures

Not here: how it is served (`agent.web.server`), written into files (`agent.web.offline`) and drawn
(`agent/web/static`).
"""
