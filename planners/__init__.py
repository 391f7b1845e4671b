"""Which skill next: the skill graph, the searches over it, and the executor. No model, no torch."""
