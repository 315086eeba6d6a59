"""The law of a wait in a line of which the pace and the patience are known.

While everybody who serves is busy, a line moves on at a pace: so many are taken in a time. Those ahead may also give
up, each at a rate. `planning` has the law, by handling times; here time is counted in ms, pace and leaving a ms.
"""

from math import exp

from scipy import special

from affluent.planning.patience import WaitAhead

_NOBODY = 1e-6
"""Below this share of the pace nobody leaves."""
_SURE = 1e-9


def share_by(waited_ms: float, ahead: int, pace: float, leaving: float) -> float:
    """The probability that the wait of somebody who stays, with `ahead` before them, is over by then."""
    if waited_ms <= 0:
        return 0.0
    if leaving < pace * _NOBODY:
        return float(special.gammainc(ahead + 1, pace * waited_ms))
    return float(special.betaincc(pace / leaving, ahead + 1, exp(-leaving * waited_ms)))


def quantile_ms(share: float, ahead: int, pace: float, leaving: float) -> float:
    """The wait that is over with this probability."""
    if share <= 0:
        return 0.0
    leaves = leaving / pace
    # One agent who is done at the pace of all.
    law = WaitAhead(1, ahead, 0.0 if leaves < _NOBODY else leaves)
    return law.quantile(min(share, 1 - _SURE)) / pace
