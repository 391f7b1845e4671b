"""Pages as files that open without a server: scripts, styles and data stand inside.

    graph_documents: what an offline page of a skill graph holds
    addresses: addresses of documents
    bundle: all pages as files in a folder
    linker: modules of our front end, joined into one script
    run_documents: what an offline page of a run holds
    page: one self-contained page
    reports: reports and comparisons as one file each

Not here: what the pages show (`agent.web.views`).
"""
