"""Pages as files that open without a server: scripts, styles and data stand inside.

    linker: modules of our front end, joined into one script
    page: one self-contained page

Not here: what the pages show (`agent.web.views`).
"""
