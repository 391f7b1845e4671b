"""Wilson's interval, by hand and at the ends."""

import pytest

from skills.interval import wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Table of 95 % Wilson intervals when 40 % is observed.
    [(2, 5, 0.118, 0.769), (4, 10, 0.168, 0.687), (10, 25, 0.234, 0.593), (40, 100, 0.309, 0.498)],
)
def test_wilson_at_forty_percent(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n).rounded(3) == [low, high]


def test_wilson_by_hand() -> None:
    # k = 1, n = 2, z = 2: centre = (1/2 + 4/4) / (1 + 4/2) = 1.5/3 = 1/2;
    # half = 2/3 * sqrt(1/8 + 4/16) = 2/3 * sqrt(3/8) = 0.408248.
    interval = wilson(1, 2, z=2.0)
    assert interval.low == pytest.approx(0.5 - 0.408248, abs=1e-6)
    assert interval.high == pytest.approx(0.5 + 0.408248, abs=1e-6)


def test_wilson_of_eight_out_of_ten_by_hand() -> None:
    # 8 of 10: z^2/n = 0.38415, centre = (0.8 + 0.19207)/1.38415 = 0.71674,
    # half = 1.95996/1.38415 * sqrt(0.016 + 0.0096036) = 1.41601 * 0.16001 = 0.22658
    assert wilson(8, 10).low == pytest.approx(0.49016, abs=2e-5)
    assert wilson(8, 10).high == pytest.approx(0.94332, abs=2e-5)
    assert wilson(5, 5).low == pytest.approx(0.56552, abs=1e-5)


def test_wilson_at_the_ends() -> None:
    # All of n: low = n / (n + z^2) = 4 / (4 + 3.841459) = 0.510109.
    assert wilson(4, 4).low == pytest.approx(0.510109, abs=1e-6)
    assert wilson(4, 4).high == 1.0
    assert wilson(0, 4).low == 0.0
    assert wilson(0, 4).high == pytest.approx(1 - 0.510109, abs=1e-6)
    assert wilson(0, 0).rounded(1) == [0.0, 1.0]


@pytest.mark.parametrize("successes", [-1, 3])
def test_wilson_refuses_impossible_counts(successes: int) -> None:
    with pytest.raises(ValueError, match=rf"{successes} successes of 2; expected 0 <= successes <= n"):
        wilson(successes, 2)


def test_a_rate_in_words() -> None:
    assert str(wilson(10, 25)) == "23% to 59%"
