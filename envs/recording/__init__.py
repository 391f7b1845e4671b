"""An episode on disk: video, stills, terminal cast, transitions.

    cast: terminal recordings in the asciinema format
    recorded_game: a game that records itself
    recorder: an episode on disk: video, stills, cast, transitions
    video: frames to a video file

Not here: run folders (`agent.records`), saved states to practise in (`skills.start_bank`).
"""
