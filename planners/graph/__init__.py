"""What skills need and bring: claims, evidence of play, and the beliefs that follow from both.

`graph` holds them together; `evidence` and `duration` count what play showed, `belief` weighs it against the
claims, `validation` finds contradictions. `formats` reads and writes files: node-link JSON (checked by
`node_link`), GraphML and ``skills.yaml`` (read by `skills_yaml`).
"""
