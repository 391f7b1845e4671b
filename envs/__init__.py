"""Games behind one shape; nothing here knows of skills.

    base_game: what all games share: step counts, action checks, cached facts
    code_cache: the folder in which numba keeps compiled code
    contract: checks that a game keeps the contract, and the Gymnasium environment
    crafter: Crafter as a `Game`
    disk: the only door to the disk: named points, which can be made to fail in tests
    errors: errors of this layer
    fact_changes: which facts rose or fell in a step, as signs and in words
    facts: facts and their kinds, and the status of an episode
    first_use: compiles a game's code once, before anything is played
    game: `Game`, `GameSpec`, `Focus`
    game_options: options of a game as people write them
    games: many games stepped together
    grid: what grid games share: path search, nearest things, the cache of compiled code
    interrupts: Ctrl-C waits where it would do harm
    json_text: JSON that comes from a file
    lines: files of lines that survive a kill or a power cut
    minecraft: Minecraft, played in a block world that is not Minecraft
    nethack: NetHack and the levels of MiniHack as a `Game`
    reading: reads files that may be pipes or devices
    recording: an episode on disk: video, stills, terminal cast, transitions
    registry: games by name; a game is loaded only when it is made
    remote: a game whose world lives in another process, with an interpreter of its own
    rollout: many games, one policy, one set of arrays: what training plays
    schema: the schema of a file: whether this version can read it, and if not, why
    sealed: saved states as bytes that show every damage
    seeding: named child seeds of one integer; training and evaluation seeds are disjoint
    shortage: failures for want of files, processes or memory
    terminal: games that are played on a terminal, and games that speak
    tiles: games whose picture is laid out of tiles
    text: foreign text and values made fit to be shown
    toy: a small game with a tech tree, for tests and documents
    workers: the pool of workers: processes, threads, or this thread
    wrapped_game: a game around another game, passing everything on

Not here: how skills are learned (`skills`), what is planned (`planners`), whatever asks a model (`agent`).
Games are loaded only when they are made (`envs.registry`).
"""
