"""One file per question about skills, with the check that its answer must pass.

    arenas: one question: which skill is practised on which of the game's arenas, its smaller levels
    chains: two questions: what comes next in a chain of skills, and what the chain is called
    claimed: the skill graph of a game as a pack claims it
    code: rewards, options and guards as model-written code, checked on recorded play before use
    effects: what each skill needs and gives, one question each; the answers are the graph's claims
    joint_designs: what joint training needs: the skills' claims and designs, and the policy over skills
        for training
    more_tasks: one question: what is worth learning next, asked again as the library grows
    next_skill_answers: the written answers to what comes next in a chain, and the command that records them
    option_trial: options tested by execution: situations and simulated attempts, rounds of repair,
        assertions that decide
    person_proposer: a person who proposes tasks
    policy: one question: a policy over skills for a task, taken only if it works when it is tried out
    proposal_rules: which proposed tasks are taken: specific, checkable, not trivial, reachable, new
    proposer: who proposes tasks while the library grows, and what whoever sits there is told
    refinement: rounds in which a model repairs its code, until an executed test accepts it
    rehearsal: tests a policy over skills on its simulation before it is played
    simulation: runs a policy over skills on the simulation that came with it
    task_pool: tasks written down beforehand, with all answers about them
    tasks: one question: what is worth practising, asked once per session
    training_policy: one question: which skill is practised next while several are trained together
    training_rehearsal: tests a policy over skills for training on its simulation before it is used

Not here: putting a question to a model (`agent.llm`), running its code (`skills.code`), preferences among
events (`agent.preferences`), goals in words (`agent.solving`).
"""
