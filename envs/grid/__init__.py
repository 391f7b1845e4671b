"""What games on a grid share: finding ways, and compiled code.

    navigation: one search over a remembered grid, with four moves or eight, answers where everything is
        and which way leads there
    nearest: where the nearest thing of each kind is
    numba_cache: compiled code kept on disk is dropped when what went into it has changed

Not here: what a game remembers of its map and says of it; that is each game's own, such as
`envs.crafter.survey`.
"""
