"""What grid games share: path search, nearest things, the cache of compiled code.

    box: parts of a map
    navigation: path search over a remembered grid, with four moves or eight
    nearest: the nearest thing of each kind
    numba_cache: drops compiled code from disk when a module that it was made from has changed

Not here: what a game remembers of its map and says of it; that is each game's own, such as
`envs.crafter.survey`.
"""
