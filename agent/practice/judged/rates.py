"""Success rates that a judge counted, corrected for the errors that the judge is known to make."""

from __future__ import annotations

import math
from dataclasses import dataclass

from skills.interval import Z_95, Interval, wilson

MOST_FALSE_DONE = 0.10
"""Share of false ones among verdicts of "done" above which a skill is not practised on them."""
DOUBT = 0.05
"""Chance of taking a judge for worse than that though it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeErrors:
    """How often a judge erred where the truth was known.

    Attributes:
        false_done: failures that it called done.
        failures: failures that it gave a clear verdict on.
        missed: successes that it called not done.
        successes: successes that it gave a clear verdict on.
    """

    false_done: int
    failures: int
    missed: int
    successes: int

    def __post_init__(self) -> None:
        for wrong, of in (("false_done", "failures"), ("missed", "successes")):
            if not 0 <= getattr(self, wrong) <= getattr(self, of):
                raise ValueError(
                    f"{wrong} is {getattr(self, wrong)} of {getattr(self, of)} {of}; expected 0 or more, and "
                    "no more than there were"
                )


UNMEASURED = JudgeErrors(false_done=3, failures=100, missed=10, successes=100)
"""Assumed of a judge that does not say how often it errs: 3 % false "done", 10 % missed, of few attempts."""
NO_ERRORS = JudgeErrors(false_done=0, failures=0, missed=0, successes=0)
"""Of facts: nothing is corrected."""


def corrected(done: int, n: int, errors: JudgeErrors) -> Interval:
    """The 95 % interval of the true success rate, of `done` verdicts out of `n` clear ones.

    Raises:
        ValueError: `done` is not in ``0..n``.

    Source: the estimate of Rogan and Gladen, American Journal of Epidemiology 107 (1978), with the interval
    of Lang and Reiczigel, Preventive Veterinary Medicine 113 (2014), which counts the errors' own
    uncertainty.
    """
    if errors == NO_ERRORS or not n:
        return wilson(done, n)
    if not 0 <= done <= n:
        raise ValueError(f"{done} done of {n}; expected 0 <= done <= n")
    rate, z2 = (done + Z_95**2 / 2) / (n + Z_95**2), Z_95**2
    hit, n_hit = _shrunk(errors.successes - errors.missed, errors.successes)
    right_no, n_no = _shrunk(errors.failures - errors.false_done, errors.failures)
    power = hit + right_no - 1
    if power <= 0:  # no better than chance: nothing follows from its verdicts
        return Interval(0.0, 1.0)
    centre = (rate + right_no - 1) / power
    noise_hit, noise_no = hit * (1 - hit) / n_hit, right_no * (1 - right_no) / n_no
    shift = 2 * z2 * (centre * noise_hit - (1 - centre) * noise_no)
    variance = rate * (1 - rate) / (n + z2) + centre**2 * noise_hit + (1 - centre) ** 2 * noise_no
    half = Z_95 * math.sqrt(variance) / power
    low, high = centre + shift - half, centre + shift + half
    return Interval(min(1.0, max(0.0, low)), min(1.0, max(0.0, high)))


def _shrunk(right: int, n: int) -> tuple[float, int]:
    """A share drawn a little to the middle, and how many attempts it rests on then."""
    return (right + 1) / (n + 2), n + 2


def fooled(false: int, audited: int, most: float = MOST_FALSE_DONE) -> bool:
    """Whether more than `most` of the verdicts of "done" are false, beyond reasonable doubt.

    The exact binomial test, which is the lower bound of Clopper and Pearson's interval.

    >>> fooled(2, 5), fooled(3, 5), fooled(3, 40)
    (False, True, False)
    """
    if not 0 <= false <= audited:
        raise ValueError(f"{false} false of {audited} audited; expected 0 <= false <= audited")
    at_least = sum(
        math.comb(audited, k) * most**k * (1 - most) ** (audited - k) for k in range(false, audited + 1)
    )
    return false > 0 and at_least < DOUBT
