"""The board's stream: the whole first, then what changes."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from affluent.centre.refusals import NotSignedIn
from affluent.centre.wall import Viewer
from affluent.web.board.live import frame
from affluent.web.board.ports import Ports, Watching
from affluent.web.errors import responses
from affluent.web.services import Services
from affluent.web.signin import COOKIE

BEAT_S = 5.0
"""How long a board hears nothing at most: it tells a quiet centre from a cut line."""
CHECK_S = 30.0
"""How often an open stream looks whether its session still stands."""
router = APIRouter(prefix="/api/v1", tags=["Board"])


@router.get("/board/stream", response_class=StreamingResponse, responses=responses())
async def watch_board(viewer: Watching, ports: Ports, request: Request) -> StreamingResponse:
    """Server-sent events: board (the whole), delta, today, alerts, notices, and a beat when nothing moves."""
    opened = ports.live.open(viewer)
    services: Services = request.app.state.services
    token = request.cookies.get(COOKIE)

    async def events() -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        check_at = loop.time() + CHECK_S
        try:
            while True:
                if loop.time() >= check_at:
                    # A stream outlives the request that opened it, but not its session, role or brands.
                    check_at = loop.time() + CHECK_S
                    if not await asyncio.to_thread(_still, services, token, viewer):
                        return
                try:
                    text = await asyncio.wait_for(opened.queue.get(), BEAT_S)
                except TimeoutError:
                    yield frame("beat", {"now_ms": ports.clock.now_ms()})
                    continue
                if text is None:
                    return
                yield text
        finally:
            ports.live.shut(opened)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(), media_type="text/event-stream", headers=headers)


def _still(services: Services, token: str | None, viewer: Viewer) -> bool:
    try:
        return services.signing_in.viewer(token).viewer == viewer
    except NotSignedIn:
        return False
