"""How well a call was heard, as a figure people know: the mean opinion score, estimated from what packets suffered."""

from dataclasses import dataclass
from enum import StrEnum

R_BEST = 93.2
LOSS_ROBUST = 25.1
"""G.711 with concealment of lost packets (ITU-T G.113, appendix I)."""
BUFFER_MS = 40.0
"""What phones add in both buffers where the line itself is even."""
DELAY_HEARD_MS = 177.3


class Side(StrEnum):
    """Whose line it is."""

    CALLER = "caller"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one line over a whole call. `round_trip_ms` is None where the phone at its end tells nothing of it."""

    side: Side
    loss_percent: float
    jitter_ms: float
    round_trip_ms: float | None
    mos: float


@dataclass(frozen=True, slots=True)
class HeardHour:
    """The calls of one telephone server that began in one hour and were measured. `poor`: heard below `POOR_MOS`."""

    hour_ms: int
    server_id: int
    server: str
    calls: int
    poor: int
    mos: float
    """Each call counts by the worse of its sides, as who spoke heard it."""
    loss_percent: float
    jitter_ms: float


POOR_MOS = 3.6
"""Below it many are dissatisfied (ITU-T G.107, annex B)."""


def opinion(loss_percent: float, jitter_ms: float, round_trip_ms: float | None) -> float:
    """The mean opinion score from 1 (unbearable) to 4.4 (as good as a telephone gets), by the E-model.

    ITU-T G.107, reduced to delay and loss for G.711; an uneven line is counted as the delay that evens it out.
    """
    delay_ms = (round_trip_ms or 0.0) / 2 + 2 * jitter_ms + BUFFER_MS
    late = 0.024 * delay_ms + 0.11 * max(0.0, delay_ms - DELAY_HEARD_MS)
    lost = 95 * loss_percent / (loss_percent + LOSS_ROBUST)
    r = min(100.0, max(0.0, R_BEST - late - lost))
    return max(1.0, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r))
