"""Carrying out plans and policies over skills in a game.

    chain: one execution of a chain: which part comes next, and how it stands
    events: what executors report while they play
    frame: a skill under way
    guards: skills that take over at once, whatever the plan says (drink, eat, sleep, flee, fight)
    judge: what judges are told, their protocol, and the judge that compares facts
    looking: skills whose success a judge sees while they are executed
    option: what executes a skill
    plan_executor: carries out goals: plan, run the first skill, plan again
    play_result: what executors return
    policy_over_skills: carries out a policy over skills
    runner: runs one skill, with guards that may interrupt it
    skill_executor: what all executors share
    strikes: failures in a row, and the skills that failed too often
    verdicts: how executions ended: what the judge says, and what is clear without one
    views: what judges that look are shown: the first, middle and last moment, and events
    watchdog: notices when executions of skills lead to nothing

Not here: making plans (`planners.search`), writing policies over skills (`agent.design`), the actions of a
skill (`agent.play.learned_option`).
"""
