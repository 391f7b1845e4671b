import numpy as np

from skills.training.advantages import advantages


def column(*values: float) -> np.ndarray:
    return np.array(values, np.float32)[:, None]


def test_advantages_worked_by_hand():
    # gamma = lambda = 1/2; the episode is truncated at step 1 in a state worth 4
    # delta2 = 3 + 2/2 - 1.5 = 2.5                          A2 = 2.5
    # delta1 = 2 + 4/2 - 1   = 3     nothing flows back     A1 = 3
    # delta0 = 1 + 1/2 - 0.5 = 1                            A0 = 1 + 3/4 = 1.75
    gains = advantages(
        column(1, 2, 3),
        column(0.5, 1, 1.5),
        np.array([2], np.float32),
        np.array([[False], [True], [False]]),
        column(0, 4, 0),
        gamma=0.5,
        gae_lambda=0.5,
    )
    assert gains[:, 0].tolist() == [1.75, 3.0, 2.5]
    assert gains.dtype == np.float32
