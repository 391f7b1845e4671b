"""What things cost: ``make bench``. Ratios measured side by side, medians of several rounds.

    __main__: ``python -m agent.bench``: measure, and print a table or JSON on stdout
    block_world: what the block world costs
    browser: the system's Chromium, for what is measured in a browser
    cluster_overhead: what Ray costs in one slot
    contenders: the trainings that are compared: ours as practice runs it, and plain stable-baselines3 on
        the same game
    crafter_costs: what a step of Crafter costs on one core: the game by itself, and each part that
        training adds
    curricula: rules of the curriculum, compared: what is learned with the same steps, on the same seeds
    designed_skill: the skills that the bench practises: designed by the recorded model; and saved states
        to start from
    figure: one figure of the bench, and the arithmetic behind it
    graphs: skill graphs to plan over: what is shipped for Crafter, a Minecraft-like recipe book, a
        synthetic tree
    isolate: one measurement in a process of its own
    judging_cost: what a practice would cost with a live model, judging by pictures included
    judging_protocols: which way of the chat judge to a verdict is worth its tokens
    large_library: libraries of three sizes: what each costs, and what grows faster than they do
    library: how long a large library takes to read
    live_cost: what a live page costs practice: its step rate with pictures and without, turn by turn
    live_practice: a practice of the toy game with a live model, beside the shipped answers
    memory: memory of a process: the largest so far, and what it is now
    minecraft_steps: what a step of Minecraft's direct game costs, beside the block world alone
    nethack_costs: what a step of NetHack costs on one core: the game by itself, through Gymnasium, and
        what we add
    nethack_rewards: what the rewards of NetHack's practice cost: calls of model-written code in the
        sandbox
    nethack_training: training throughput on NetHack: the whole loop against plain NLE with
        stable-baselines3, side by side
    peers: Sample Factory and Craftax in the race, each in an environment of its own; on request
    plain_crafter: the unmodified Crafter behind Gymnasium, with pixels or with symbols: what a plain
        training starts from
    plain_nethack: NLE behind Gymnasium as its documentation shows it: what a plain training starts from
    plain_training: a training as plain stable-baselines3 does it: its PPO, its defaults, its vectors of
        games
    planning: how long plans take: over the games' graphs, and over a graph far larger than any
    preference_inference: what a reward learned from preferences costs, per transition and per skill
    race: trainings that take turns, so that all of them are measured under the same load
    remote_step: what a step costs when the game lives in another process
    report: the bench's results as a table for people and as JSON for programs
    reward_sources: skills of NetHack trained on code, on preferences, both or neither: how often each
        succeeds afterwards
    settings: lengths of the measurements
    soak: whether the memory of a session grows with its turns; on request
    startup: how long the command line takes to answer
    web_graph: the skill graph explorer in a browser, how soon and how smoothly it is drawn; on request
    web_replay: the replay of a long episode in a browser; on request
    training: training throughput: the whole loop against plain stable-baselines3 on the same game, side by
        side

Not here: tests; nothing that is timed is a test.
"""
