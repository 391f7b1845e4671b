"""What a skill must reach to be admitted; light, for whoever only shows it."""

LEAST_LOWER_BOUND = 0.5
"""A skill is admitted when the 95 % lower bound of its success rate in held-out states is at least this."""
