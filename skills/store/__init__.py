"""The library on disk: versioned, hashed folders, written atomically.

    archive: a library as one file
    card: a skill on one page, for people
    change: a change to several files, whole or not at all
    check: finds all problems of a library
    lock: one writer per library
    store: `SkillLibrary`
    version_folder: one version of one skill

Not here: the record of one skill (`skills.skill`), a library opened for play (`agent.play.load`).
"""
