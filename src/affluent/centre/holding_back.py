"""A centre that sends nothing: a restored one holds back what may have gone already, until somebody says go."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol

from affluent.centre.administration.ports import AuditEntry
from affluent.centre.refusals import Forbidden, Refusal
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import Clock

NOUN = "outbound"
"""As the audit trail names it. There is one of it, without a number: 0."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to be sent, and since when it is held back; None when it is not."""

    held_ms: int | None
    backup_ms: int | None
    """When the backup was made that this centre was restored from; None for one that was held by hand."""
    mails: int
    in_doubt: int
    """Of the mails: promised before that backup was made, so they may have been sent since."""
    events: int
    """Deliveries of webhooks."""


class Outbound(Protocol):
    """Whether anything leaves the house. Each call is one transaction, with its entry in the audit trail."""

    def waiting(self) -> Waiting: ...
    def hold(self, entry: AuditEntry) -> bool:
        """From now on nothing is sent; false when that was so already."""
        ...

    def release(self, entry: AuditEntry, *, send_all: bool) -> Waiting | None:
        """Lets things go again and tells what was held; None when nothing was."""
        ...


class HoldingBack:
    """What administrators do with a centre that is held, or hold themselves."""

    def __init__(self, outbound: Outbound, clock: Clock, told: Callable[[], None]) -> None:
        self._outbound = outbound
        self._clock = clock
        self._told = told

    def waiting(self, viewer: Viewer) -> Waiting:
        """What waits. How much of it there is concerns every brand: others are told only that it is held."""
        viewer.require(Right.READ_SETTINGS)
        found = self._outbound.waiting()
        if viewer.brands is None:
            return found
        return Waiting(found.held_ms, found.backup_ms, 0, 0, 0)

    def hold(self, viewer: Viewer) -> None:
        """Sends nothing from now on. Raises `Refusal` when that is so already."""
        _whole_centre(viewer)
        if not self._outbound.hold(self._entry(viewer, "hold", {})):
            raise Refusal("held_already")
        self._told()

    def release(self, viewer: Viewer, *, send_all: bool) -> Waiting:
        """Sends again. What may have gone already is shown to agents, who decide, unless `send_all`.

        Returns what was held. Raises `Refusal` when nothing was.
        """
        _whole_centre(viewer)
        released = self._outbound.release(
            self._entry(viewer, "release", {"send_all": send_all}), send_all=send_all
        )
        if released is None:
            raise Refusal("not_held")
        self._told()
        return released

    def _entry(self, viewer: Viewer, action: str, after: dict[str, bool]) -> AuditEntry:
        return AuditEntry(
            self._clock.now_ms(), viewer.account_id, action, NOUN, 0, None, None, dict(after), viewer.key_id
        )


def told_in_trail(found: Waiting) -> dict[str, int | None]:
    """What the trail keeps of a release: what was held then."""
    return asdict(found)


def _whole_centre(viewer: Viewer) -> None:
    viewer.require(Right.CHANGE_SETTINGS)
    if viewer.brands is not None:
        raise Forbidden("whole_centre_only")
