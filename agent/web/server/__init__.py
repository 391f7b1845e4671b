"""``journeyman serve``: pages and their data over HTTP.

    answers: a view's value, or its error, as a response
    app: the application: pages, data, guards around both
    listening: a port that is bound before anything is promised
    routes: one file per kind of data
    security: who may ask: the right host, the right origin, the token
    shared_answer: an answer that all who ask at about the same time share
    streams: server-sent events from run folders, one watch per run

Not here: what is answered (`agent.web.views`).
"""
