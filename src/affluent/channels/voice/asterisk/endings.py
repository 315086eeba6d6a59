"""Why a line ended, from what Asterisk says (Q.850 causes)."""

from affluent.channels.voice.switch import Ending

_BY_CAUSE = {
    17: Ending.BUSY,
    18: Ending.NO_ANSWER,
    19: Ending.NO_ANSWER,
    21: Ending.REJECTED,
    1: Ending.UNREACHABLE,
    2: Ending.UNREACHABLE,
    3: Ending.UNREACHABLE,
    20: Ending.UNREACHABLE,
    22: Ending.UNREACHABLE,
    28: Ending.UNREACHABLE,
    34: Ending.UNREACHABLE,
    88: Ending.UNREACHABLE,
}
NO_SOUND = 44
_CUT = frozenset({27, 38, 41, 42, NO_SOUND, 47, 50, 102})
"""Out of order, temporary failure, congestion; Asterisk says 44 where no sound came any more."""


def ending_of(cause: int | None, *, was_up: bool) -> Ending:
    """`was_up`: whether somebody had picked it up. A cause that says nothing is a plain hang-up."""
    if cause in _CUT:
        return Ending.LOST if was_up else Ending.UNREACHABLE
    if was_up:
        return Ending.HUNG_UP
    return _BY_CAUSE.get(cause or 0, Ending.HUNG_UP)
