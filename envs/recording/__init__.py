"""An episode on disk: what it follows from, video, stills, terminal cast, transitions.

    bars: how full the player's bars are
    cast: terminal recordings in the asciinema format
    death: what a player died of, as far as the player could see it
    playback: a recorded episode in chunks: pictures, facts, rewards, words
    rebuilding: plays a recorded episode again, and says whether it goes as it went
    recorded_game: a game that records itself
    recorder: an episode on disk: video, stills, cast, transitions
    trace: an episode as what it follows from: game, seed or saved state, and actions
    traced_game: a game that keeps the trace of its episode
    video: frames to a video file

Not here: run folders (`agent.records`), saved states to practise in (`skills.start_bank`).
"""
