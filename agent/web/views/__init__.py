"""What pages are told: pure functions from libraries and run folders to plain JSON values.

    about: what a page must know of whoever serves it
    folders: the libraries and run folders that pages may show; nothing else is read
    live: a run as it stands, from its folder alone
    practice_log: what the journals of a practice come to
    runs: all runs, the latest first

Not here: how it is served (`agent.web.server`), written into files (`agent.web.offline`) and drawn
(`agent/web/static`).
"""
