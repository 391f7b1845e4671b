"""NetHack and the levels of MiniHack, behind the shape of a game.

    actions: its actions, their keys, and which experiment uses which
    caption: what the player sees, in words
    character: which characters there are
    encoding: the policy's input
    engine: one NetHack, started under a seed and played key by key
    event_counts: what happened in an episode, counted
    events: what messages tell of what happened
    facts: the facts of a moment
    game: all of that as a `Game`
    glyphs: from the game's glyphs to kinds, by the library's own tables
    inventory: what the player carries
    kinds: terrain and things as small numbers
    levels: MiniHack levels by id, by des-file or by text
    memory: every level as remembered
    messages: what only messages tell of a level
    options_file: NetHack's own options file, which NLE would spoil
    overview: what only a referee asks: dungeon overview, where special levels lie
    player: one action: its keys, and every question answered
    prompts: how questions, menus and pauses are answered
    screen: the terminal as a picture and as text
    snapshot: saved states: the way that led there
    spec: NetHack without loading it: facts, what to look for
    standing_on: what the game says the player stands on
    survey: what the remembered level says: ways, distances, where to search

Not here: how benchmarks judge it (`agent.evaluation.scoring.nethack`), its skills (`skills`, the folder
library), its answers (`agent.llm`).
"""
