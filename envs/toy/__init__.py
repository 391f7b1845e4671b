"""The toy meadow: a small tech tree for tests and documents.

    game: the toy game: wood, a bench, stone, a pick, and the gem that wins
    meadow: the toy game's ground: 9x9 squares, what stands on them, and how far everything is
    snapshot: A saved toy episode: JSON bytes that hold no code, checked before anything is restored from
        them
    spec: what can be said about the toy game without loading it: actions, facts, and what a player may
        look for
    view: what the toy player perceives: the policy's input, the caption and the picture

Not here: anything that other games share; that is in `envs` itself and in `envs.grid`.
"""
