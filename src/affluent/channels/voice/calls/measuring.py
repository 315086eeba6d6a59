"""How well the lines of a call were heard, until it ends."""

from typing import Any

import structlog

from affluent.centre.calling.hearing import quality_told
from affluent.centre.calling.quality import Quality, Side, opinion
from affluent.centre.refusals import Away, Refusal
from affluent.channels.voice.calls.ground import Ground
from affluent.channels.voice.switch import QualityMeasured

KEPT_MAX = 5_000

log: Any = structlog.get_logger(__name__)


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

    async def keep(self, ground: Ground, contact_id: int, over: bool) -> None:
        """Write with a call that is over how well it was heard; of one that goes on elsewhere nothing is said."""
        measured = self.take(contact_id)
        if not measured or not over:
            return
        try:
            await ground.ask(quality_told, contact_id=contact_id, measured=measured)
        except (Refusal, Away) as refused:
            log.info("quality_not_kept", contact=contact_id, why=refused.code)


def _mos(event: QualityMeasured) -> float:
    return opinion(event.loss_percent or 0.0, event.jitter_ms or 0.0, event.round_trip_ms)
