"""The library on disk: versioned, hashed folders, written whole or not at all.

    archive: a library as one file
    card: a skill on one page, for people
    check: everything that can be wrong with a library, found at once
    lock: one writer per library
    store: the library: versioned, hashed folders
    version_folder: one version of one skill, written whole or not at all

Not here: the record of one skill (`skills.skill`), a library opened for play (`agent.play.load`).
"""
