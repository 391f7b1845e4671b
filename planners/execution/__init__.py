"""From a plan, or a policy over skills, to play.

    events: what executors report of their decisions while they play, for run journals, replays and a live
        page
    guards: guards: what must be done at once, whatever the plan says (drink, eat, sleep, flee, fight)
    judge: was it done? The seam of all judges, and the judge that compares facts
    plan_executor: carrying out goals in a game: plan, run the first skill, look at the facts, plan again
    play_result: how a play went: what executors give back
    policy_over_skills: carrying out a policy over skills in a game: it names a skill, the skill runs, it
        names the next
    runner: running one skill in a game, with guards that may pre-empt it
    skill_executor: what all executors share: skills run in a game under guards, are judged, recorded and
        reported
    strikes: which skills failed too often in a row: what an executor remembers of failures within a play
    views: what was seen during an execution: captions and pictures of its first, middle and last moment
    watchdog: A watchdog over executions of skills: whether anything still comes of them

Not here: making plans (`planners.search`), writing policies over skills (`agent.design`), what acts inside a
skill (`agent.play.learned_option`).
"""
