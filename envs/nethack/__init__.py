"""NetHack and the levels of MiniHack as a `Game`.

    actions: its actions, their keys, and which experiment uses which
    caption: what the player sees, in words
    character: roles, races, alignments and genders
    encoding: the policy's input
    engine: one NetHack, started under a seed and played key by key
    event_counts: counts of events in an episode
    events: the events that messages report
    facts: the facts of a moment
    game: `NetHackGame`
    glyphs: from the game's glyphs to kinds, by the library's own tables
    inventory: what the player carries
    kinds: terrain and things as small numbers
    levels: MiniHack levels by id, by des-file or by text
    memory: the remembered levels
    messages: what only messages tell of a level
    options_check: options as people write them, and which of them are refused
    options_file: what stands in an options file, and starting NetHack with it
    overview: for referees: dungeon overview, places of special levels
    player: one action: its keys, and the answers to questions
    prompts: how questions, menus and pauses are answered
    screen: the terminal as a picture and as text
    sight: what the game shows of the level, taken into the memory
    snapshot: saved states: seed, actions and digest
    spec: the static description: facts, what to look for
    standing_on: what the game says the player stands on
    survey: what follows from the remembered level: paths, distances, where to search
    text_file: text files that people give: levels and options
    warm_up: has everything compiled that playing needs

Not here: how benchmarks judge it (`agent.evaluation.scoring.nethack`), its skills (`skills`, the folder
library), its answers (`agent.llm`).
"""

from envs.code_cache import choose_code_cache

choose_code_cache()
