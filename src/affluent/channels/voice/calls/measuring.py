"""How well the lines of a call were heard, until it ends."""

from affluent.centre.calling.quality import Quality, Side, opinion
from affluent.channels.voice.switch import QualityMeasured

KEPT_MAX = 5_000


class Measuring:
    """What was measured last of each line: figures are of the whole call so far."""

    def __init__(self) -> None:
        self._of: dict[int, dict[Side, QualityMeasured]] = {}

    def note(self, contact_id: int, side: Side, event: QualityMeasured) -> None:
        """An agent's line after another counts where it was heard worse."""
        sides = self._of.setdefault(contact_id, {})
        before = sides.get(side)
        if before is None or before.leg == event.leg or _mos(event) < _mos(before):
            sides[side] = event
        if len(self._of) > KEPT_MAX:
            del self._of[next(iter(self._of))]

    def take(self, contact_id: int) -> tuple[Quality, ...]:
        """What is known of a call that is over, which is then forgotten."""
        return tuple(
            Quality(
                side, event.loss_percent or 0.0, event.jitter_ms or 0.0, event.round_trip_ms, round(_mos(event), 2)
            )
            for side, event in sorted(self._of.pop(contact_id, {}).items())
        )  # fmt: skip


def _mos(event: QualityMeasured) -> float:
    return opinion(event.loss_percent or 0.0, event.jitter_ms or 0.0, event.round_trip_ms)
