"""Games behind one shape: the bottom layer, which knows nothing of skills, planners or models."""
