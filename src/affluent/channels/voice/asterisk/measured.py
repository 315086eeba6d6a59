"""How a line is heard, from what Asterisk counts of its packets (RTCP, RFC 3550)."""

from collections.abc import Mapping
from typing import Any

from affluent.channels.voice.switch import QualityMeasured

MEASURED = "AffluentMeasured"
"""An event of our own among Asterisk's: it tells figures only when asked."""
FIRST_S, EVERY_S = 3.0, 10.0


def quality(leg: str, told: Mapping[str, Any], now_ms: int) -> QualityMeasured:
    """The worse of both directions, so far in this call.

    Asterisk calls `tx` what it found in the packets that came to it, and `rx` what the other end says of those that it
    was sent; losses are the other way round. A phone that sends no RTCP says nothing: its side counts as none.
    """
    came, sent = _number(told, "rxcount"), _number(told, "txcount")
    lost_here, lost_there = _number(told, "rxploss"), _number(told, "txploss")
    loss = max(_share(lost_here, came + lost_here), _share(lost_there, sent))
    jitter_ms = 1000 * max(_number(told, "txjitter"), _number(told, "rxjitter"))
    trip_ms = 1000 * _number(told, "rtt")
    return QualityMeasured(leg, now_ms, 100 * loss, jitter_ms, trip_ms or None)


def _number(told: Mapping[str, Any], name: str) -> float:
    return max(0.0, float(told.get(name) or 0))


def _share(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole else 0.0
