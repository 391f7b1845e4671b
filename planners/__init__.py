"""Which skill next; no model is asked, and no network is needed.

Imports go down only: `errors` and `plan`, then `graph` (what skills need and bring), then `search` (from a
goal to a plan) and `goal` (from words to a goal), then `execution` (from a plan to play).
"""
