"""``make bench``: how fast and how large the project is, measured now on this machine.

Run it with ``python -m agent.bench``; ``--help`` lists the measurements. Each runs in a process of its own.
"""
