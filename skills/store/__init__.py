"""The library on disk: versioned, hashed folders, written atomically.

    archive: a library as one file
    card: a skill on one page, for people
    chain_check: whether the chains of a library can be executed with the skills in it
    change: a change to several files, whole or not at all
    check: finds all problems of a library, in a folder or in an archive
    code_check: loads the code in a library, to see what is refused
    folder_files: the files of a library in a folder
    game_files: guard, shield, policies over skills, retirements
    layout: what lies where, and how large it may be
    lock: one writer per library
    record_check: finds what a record says that cannot be
    store: `SkillLibrary`
    version_check: finds all problems of one version
    version_folder: one version of one skill
    vocabulary: the facts and actions that a library may speak of

Not here: the record of one skill (`skills.skill`), a library opened for play (`agent.play.load`).
"""
