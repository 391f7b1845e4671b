"""What pages are told: pure functions from libraries and run folders to plain JSON values.

    about: what a page must know of whoever serves it
    answers: questions that a model was asked, and its answers
    card: all that is known of a skill or a fact
    compare: two runs side by side, paired by task and seed
    corrections: claims beside what play showed
    curve: how a skill was learned
    differences: two libraries side by side
    evaluated: an evaluation as its run folder has it
    folders: the libraries and run folders that pages may show; nothing else is read
    live: a run as it stands, from its folder alone
    live_state: what a practice says of the moment, as far as it is of the right kind
    practice_log: what the journals of a practice come to
    runs: all runs, the latest first
    graph: the skill graph of a library
    moments: how a skill graph grew in a run
    opened: a library opened to be looked at, as far as it can be read
    plan: a plan for a goal that somebody typed
    replay: recorded episodes for pages
    replay_answers: what a model was asked that an episode rests on
    report: what a run came to, beside published figures
    scene: what a skill graph looks like, as columns
    situations: where a skill worked and where it did not
    trials: recorded trials of a skill, to be watched

Not here: how it is served (`agent.web.server`), written into files (`agent.web.offline`) and drawn
(`agent/web/static`).
"""
