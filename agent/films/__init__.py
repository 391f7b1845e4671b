"""Films of recorded episodes, with captions, at a pace that a person can follow.

    captions: what is said at a moment: goal, skill in hand, place in the plan, bars
    drawing: the strip under a picture, and the card at the end
    film: an episode as a video or a terminal cast
    pace: how long each moment is shown
    run_films: films of a run's episodes, in its media folder

Not here: recordings that a game writes while it is played (`envs.recording`), pages (`agent.web`).
"""
