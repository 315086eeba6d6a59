"""A centre that sends nothing, over HTTP: since when, how much waits, holding it and letting it go."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from affluent.centre.holding_back import HoldingBack
from affluent.centre.wall import Right, Viewer
from affluent.web.admin import Changer, Reader
from affluent.web.errors import responses


class OutboundOut(BaseModel):
    """`held_ms` is null while everything is sent. `in_doubt` mails may have gone since the backup of `backup_ms`.

    Who sees some brands only is told no numbers.
    """

    held_ms: int | None
    backup_ms: int | None
    mails: int
    in_doubt: int
    events: int
    may_release: bool


class ReleaseIn(BaseModel):
    """`send_all`: also what may have gone already, which is else shown to agents as unconfirmed."""

    model_config = ConfigDict(extra="forbid")

    send_all: bool = False


def build(holding: HoldingBack) -> APIRouter:
    """The routes over what is held back."""
    router = APIRouter(prefix="/api/v1/admin/outbound", tags=["Administration"])

    def shown(viewer: Viewer) -> OutboundOut:
        found = holding.waiting(viewer)
        return OutboundOut(
            held_ms=found.held_ms,
            backup_ms=found.backup_ms,
            mails=found.mails,
            in_doubt=found.in_doubt,
            events=found.events,
            may_release=viewer.brands is None and viewer.may(Right.CHANGE_SETTINGS),
        )

    @router.get(
        "",
        operation_id="read_outbound",
        summary="Whether anything leaves the house, and what waits",
        responses=responses(),
    )
    def read_outbound(viewer: Reader) -> OutboundOut:
        return shown(viewer)

    @router.post(
        "/hold", operation_id="hold_outbound", summary="Send nothing from now on", responses=responses(409)
    )
    def hold(viewer: Changer) -> OutboundOut:
        holding.hold(viewer)
        return shown(viewer)

    @router.post("/release", operation_id="release_outbound", summary="Send again", responses=responses(409))
    def release(body: ReleaseIn, viewer: Changer) -> OutboundOut:
        """Mails promised before a restored backup are shown to agents as unconfirmed, unless `send_all`."""
        holding.release(viewer, send_all=body.send_all)
        return shown(viewer)

    return router
