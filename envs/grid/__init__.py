"""What grid games share: path search, nearest things, the cache of compiled code.

    box: parts of a map
    compiling: how functions are compiled that only compiled code calls
    navigation: path search over a remembered grid, with four moves or eight
    nearest: the nearest thing of each kind
    numba_cache: compiled code on disk: dropped when out of date, and never a reason to fail

Not here: what a game remembers of its map and says of it; that is each game's own, such as
`envs.crafter.survey`.
"""

from envs.code_cache import choose_code_cache

choose_code_cache()
