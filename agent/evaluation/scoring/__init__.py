"""How benchmarks judge an episode: criteria that watch a game, and the steps that a protocol counts."""
