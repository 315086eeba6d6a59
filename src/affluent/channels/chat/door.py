"""The chat's door: the socket of the widget, its files, and who is still there after a restart."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from affluent.centre import chatting
from affluent.centre.doors import ChatDoorStore, PromisedHours
from affluent.centre.hub import Hub
from affluent.centre.runner import Runner
from affluent.channels.chat.files import add_files
from affluent.channels.chat.ground import Door
from affluent.channels.chat.hours import add_hours
from affluent.channels.chat.rooms import Rooms
from affluent.channels.chat.visit import (
    FOREIGN_ORIGIN,
    TRY_LATER,
    UNKNOWN_SITE,
    Conversation,
    VisitError,
)
from affluent.channels.floods import Flood
from affluent.channels.origins import allowed
from affluent.facts.instants import MINUTE_MS, Clock
from affluent.twin.waits.predicting import Range

NEW_CHATS_A_MINUTE_MAX = 20
WORDS_A_MINUTE_MAX = 60
UPLOADS_A_MINUTE_MAX = 20
WATCH_S = 0.5
log = structlog.get_logger("affluent.chat")


def nothing_known(contact_id: int, now_ms: int) -> Range | None:
    """No wait is announced."""
    return None


def build(
    *, store: ChatDoorStore, runner: Runner, hub: Hub, clock: Clock, hours: PromisedHours,
    waits: Callable[[int, int], Range | None] = nothing_known,
) -> APIRouter:  # fmt: skip
    """The router of the chat's door. `waits` tells what to announce to a contact that waits.

    Its lifespan, which the application takes over with it, listens to the hub and, each time the runner
    begins to lead, notes as gone whoever was connected and has not come back.

    Serve it with WebSocket pings (uvicorn's own, every 20 s): they are what finds out dead sockets.
    """
    door = Door(
        store=store,
        runner=runner,
        hub=hub,
        clock=clock,
        rooms=Rooms(),
        new_chats=Flood(clock, most=NEW_CHATS_A_MINUTE_MAX, window_ms=MINUTE_MS),
        words=Flood(clock, most=WORDS_A_MINUTE_MAX, window_ms=MINUTE_MS),
        uploads=Flood(clock, most=UPLOADS_A_MINUTE_MAX, window_ms=MINUTE_MS),
        waits=waits,
        hours=hours,
    )

    @asynccontextmanager
    async def life(_: Any) -> AsyncGenerator[None, None]:
        with door.rooms.listen(hub):
            watch = asyncio.create_task(_watch(door))
            try:
                yield
            finally:
                watch.cancel()
                with suppress(asyncio.CancelledError):
                    await watch

    router = APIRouter(prefix="/chat/v1", tags=["chat"], lifespan=life)

    @router.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await _attend(door, websocket)

    add_files(router, door)
    add_hours(router, door)
    return router


async def _attend(door: Door, socket: WebSocket) -> None:
    # Accepted before it is judged: a browser learns the close code of an open socket only.
    await socket.accept()
    code: int | None = None
    try:
        site = await run_in_threadpool(door.store.site, "chat", socket.query_params.get("site", "")[:200])
        if site is None:
            raise VisitError(UNKNOWN_SITE)
        if not allowed(socket.headers.get("origin"), socket.headers.get("host", ""), site.origins):
            raise VisitError(FOREIGN_ORIGIN)
        ip = socket.client.host if socket.client is not None else ""
        await Conversation(door, socket, site, ip).run()
    except VisitError as ended:
        code = ended.code
    except TimeoutError:
        # Too slow to take what it is sent: nothing is lost, it looks again when it comes back.
        code = TRY_LATER
    except WebSocketDisconnect:
        return
    except Exception:
        log.exception("chat_visit_failed")
        code = 1011
    if code is not None:
        with suppress(Exception):
            # The socket may be gone meanwhile, and then there is nobody to tell.
            await asyncio.wait_for(socket.close(code), 5)


async def _watch(door: Door) -> None:
    led = False
    while True:
        leads = door.runner.leading
        if leads and not led:
            try:
                await note_gone(door)
            except Exception:
                log.exception("chat_after_restart_failed")
                leads = False
        led = leads
        await asyncio.sleep(WATCH_S)


async def note_gone(door: Door) -> None:
    """Notes as disconnected whoever is marked as connected and is not: they have a while to come back."""
    for chat_id in await run_in_threadpool(door.store.left_connected):
        if chat_id not in door.rooms:
            door.runner.submit(chatting.disconnected, chat_id=chat_id)
