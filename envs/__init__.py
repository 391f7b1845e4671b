"""Games behind one shape; nothing here knows of skills.

    base_game: what games do in the same way: step counts, bad actions, facts worked out once a step
    contract: is a game well-behaved? The contract checked, and a game as others expect one
    crafter: Crafter, behind the shape of a game
    errors: errors of this layer
    fact_changes: what a step says in the player's terms: which counters rose, which numbers went up or
        down
    facts: facts and their kinds, transitions, how an episode stands
    game: `Game`, `GameSpec`, `Focus`; the registry with lazy loading
    game_options: options of a game as people write them
    grid: what games on a grid share: finding ways, and compiled code
    nethack: NetHack and the levels of MiniHack, behind the shape of a game
    recording: an episode on disk: pictures, films, terminal casts, transitions
    registry: which games there are, by name; a game is loaded only when it is made
    rollout: many games, one policy, one set of arrays: what training plays
    seeding: one integer becomes named child seeds; training and evaluation seeds never meet
    toy: the toy meadow: a small tech tree for tests and documents
    workers: one pool of workers for everything that is played in other processes
    wrapped_game: a game around another game, passing everything on

Not here: how skills are learned (`skills`), what is planned (`planners`), whatever asks a model (`agent`).
Games are loaded only when they are made (`envs.registry`).
"""
