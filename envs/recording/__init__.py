"""An episode on disk: pictures, films, terminal casts, transitions.

    cast: terminal recordings
    recorded_game: a game that records itself
    recorder: an episode on disk: video, stills, cast, transitions
    video: frames to a video file

Not here: run folders (`agent.records`), saved states to practise in (`skills.start_bank`).
"""
