"""The toy game: a small tech tree for tests and documents.

    game: the toy game: wood, a bench, stone, a pick, and the gem that wins
    meadow: the map: 9x9 squares, what stands on them, and distances
    snapshot: saved episodes: JSON bytes that hold no code, checked before they are restored
    spec: the static description: actions, facts, what to look for
    view: what the player perceives: the policy's input, the caption and the picture

Not here: anything that other games share; that is in `envs` itself and in `envs.grid`.
"""
