"""The event stream: one a browser."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from affluent.centre.refusals import NotSignedIn
from affluent.centre.wall import Right, Viewer
from affluent.web.desk import models
from affluent.web.desk.routes import Ports, Reading
from affluent.web.errors import responses
from affluent.web.services import Services
from affluent.web.signin import identified, needs

PING_S = 15.0
CHECK_S = 30.0
"""How often an open stream looks whether its session still stands."""
router = APIRouter(prefix="/api/v1", tags=["Desk"])


@router.get("/stream", response_class=StreamingResponse, responses=responses())
async def stream(
    viewer: Annotated[Viewer, Depends(needs(Right.READ_CONTACTS, Right.RUN_TWIN))],
    ports: Ports,
    request: Request,
) -> StreamingResponse:
    """Server-sent events: hello, desk, message, contact, typing, viewers, pulled_back, delivery, queues, settings,
    notified, job, twin.
    """
    if viewer.key_id is not None:
        # The stream tells of the person's whole desk.
        viewer.require(Right.SERVE)
    opened = ports.watch.open(viewer)
    opened.send("hello", {"now_ms": ports.clock.now_ms(), "version": request.app.version})

    services: Services = request.app.state.services
    ip = request.client.host if request.client else ""

    async def events() -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        check_at = loop.time() + CHECK_S
        try:
            while True:
                if loop.time() >= check_at:
                    # A stream outlives the request that opened it, but not its session, role or brands.
                    check_at = loop.time() + CHECK_S
                    if not await asyncio.to_thread(_still, services, request, ip, viewer):
                        return
                try:
                    async with asyncio.timeout(PING_S):
                        text = await opened.queue.get()
                except TimeoutError:
                    yield ": ping\n\n"
                    continue
                if text is None:
                    return
                yield text
        finally:
            ports.watch.shut(opened)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(), media_type="text/event-stream", headers=headers)


def _still(services: Services, request: Request, ip: str, viewer: Viewer) -> bool:
    try:
        return identified(request.headers, request.cookies, ip, services) == viewer
    except NotSignedIn:
        return False


@router.delete("/viewing", response_model=models.Done, responses=responses())
def look_away(viewer: Reading, ports: Ports) -> Any:
    """No conversation is on the screen any more."""
    ports.watch.looks_at(viewer.account_id, None)
    return {}
