"""The sockets of calls between browsers: callers' pages, and agents' desks as their telephones."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from fastapi import APIRouter, WebSocket
from starlette.concurrency import run_in_threadpool

from affluent.centre.doors import ChatDoorStore, Site
from affluent.centre.hours import is_open
from affluent.channels import wording
from affluent.channels.floods import Flood
from affluent.channels.origins import allowed
from affluent.channels.voice.web.frames import (
    CallMe,
    Frame,
    HangUp,
    Measured,
    PickUp,
    Ping,
    Pressed,
    Sharing,
    Signalled,
)
from affluent.channels.voice.web.legs import CallRefused, Leg
from affluent.channels.voice.web.lines import Browsers
from affluent.channels.voice.web.sockets import (
    FOREIGN_ORIGIN,
    UNKNOWN,
    UNKNOWN_SITE,
    BrowserSocket,
    Closed,
    attended,
)
from affluent.channels.wording import language_of
from affluent.facts.instants import MINUTE_MS, Clock

log = structlog.get_logger("affluent.voice")
NEW_CALLS_A_MINUTE_MAX = 10
SWEEP_S = 1.0
sentence = partial(wording.sentence, "voice.web")


@dataclass(frozen=True, slots=True)
class DeskAgent:
    """Whose desk a socket is."""

    id: int
    name: str


Who = Callable[[WebSocket], DeskAgent | None]
"""Who sits at a desk, by their session; None for nobody who takes contacts. Called in a thread."""


def wait_told(low_ms: int, high_ms: int, language: str) -> str:
    """A wait as a caller reads it: whole minutes, outwards."""
    low, high = low_ms // MINUTE_MS, -(-high_ms // MINUTE_MS)
    code = "wait_short" if high <= 1 else "wait_range" if low else "wait_below"
    return sentence(code, language, {"low": low, "high": high})


def build(*, store: ChatDoorStore, browsers: Browsers, clock: Clock, who: Who) -> APIRouter:
    """The router of both sockets. Its lifespan sweeps the lines of whoever does not come back."""
    calls = Flood(clock, most=NEW_CALLS_A_MINUTE_MAX, window_ms=MINUTE_MS)

    @asynccontextmanager
    async def life(_: Any) -> AsyncGenerator[None, None]:
        async def keep_swept() -> None:
            while True:
                await asyncio.sleep(SWEEP_S)
                try:
                    browsers.sweep()
                except Exception:
                    # Without the next one nobody who lost their line would ever be let go.
                    log.exception("call_sweep_failed")

        task = asyncio.create_task(keep_swept())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    router = APIRouter(prefix="/call/v1", tags=["calls"], lifespan=life)

    @router.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        async def attend(link: BrowserSocket) -> None:
            key = websocket.query_params.get("site", "")[:200]
            site = await run_in_threadpool(store.site, "voice", key)
            if site is None:
                raise Closed(UNKNOWN_SITE)
            if not allowed(websocket.headers.get("origin"), websocket.headers.get("host", ""), site.origins):
                raise Closed(FOREIGN_ORIGIN)
            ip = websocket.client.host if websocket.client is not None else ""
            asked = websocket.query_params.get("lang")
            await CallerPage(browsers, clock, site, link, partial(calls.over, ip), asked).run()

        await attended(websocket, attend)

    @router.websocket("/phone")
    async def phone(websocket: WebSocket) -> None:
        async def attend(link: BrowserSocket) -> None:
            if not allowed(websocket.headers.get("origin"), websocket.headers.get("host", ""), ()):
                raise Closed(FOREIGN_ORIGIN)
            agent = await run_in_threadpool(who, websocket)
            if agent is None:
                raise Closed(UNKNOWN)
            await DeskPhone(browsers, agent, link).run()

        await attended(websocket, attend)

    return router


class CallerPage:
    """A caller's page: shows how calls stand here, and has one call at most."""

    def __init__(
        self,
        browsers: Browsers,
        clock: Clock,
        site: Site,
        link: BrowserSocket,
        flooded: Callable[[], bool],
        asked_language: str | None,
    ) -> None:
        self._browsers = browsers
        self._clock = clock
        self._site = site
        self._link = link
        self._flooded = flooded
        self._language = language_of(asked_language)
        self._leg: Leg | None = None
        self._shares = tuple(site.channel.settings.get("shares") or ())

    async def run(self) -> None:
        """As long as the socket. Raises `Closed`, `WebSocketDisconnect`."""
        hello = await self._link.hello()
        self._language = language_of(hello.lang) if hello.lang else self._language
        if hello.token is not None:
            self._leg = self._browsers.resume(hello.token, self._site.channel.public_key, self._link)
            if self._leg is None:
                raise Closed(UNKNOWN)
            self._leg.shares = self._shares
        try:
            self._welcome()
            await self._link.converse(self._heard, self._refuse)
        finally:
            if self._leg is not None:
                self._browsers.gone(self._leg, self._link)

    def _welcome(self) -> None:
        leg = self._leg
        idle = {"state": "idle", "agent": None, "place": None}
        standing = idle if leg is None else self._browsers.welcome(leg)
        ways = self._browsers.ice_servers(self._site.channel.settings.get("server_id"))
        told = {"t": "welcome", "token": None if leg is None else leg.token, "ice_servers": ways}
        self._link.tell(standing | told | {"channel": self._channel()})
        if leg is not None:
            self._browsers.again(leg)

    def _open(self) -> bool:
        now_ms = self._clock.now_ms()
        hours = self._site.hours
        return not self._site.closed_at(now_ms) and (hours is None or is_open(hours, now_ms))

    def _channel(self) -> dict[str, Any]:
        site, settings, now_ms = self._site, self._site.channel.settings, self._clock.now_ms()
        closed = None
        if site.closed_at(now_ms):
            closed = site.closed_words(self._language) or sentence("calls_closed", self._language)
        elif not self._open():
            closed = site.closing_words(self._language, now_ms) or sentence("calls_closed", self._language)
        elif not self._browsers.serves(settings.get("server_id")):
            closed = sentence("calls_away", self._language)
        return {
            "title": site.brand_name,
            "colour": site.brand_colour,
            "brand": site.brand_name,
            "open": closed is None,
            "closed": closed,
            "problems": list(site.notices(self._language, now_ms).values()),
            "wait": None,
            "ask_name": True,
        }

    async def _heard(self, frame: Frame) -> None:
        leg = self._leg
        match frame:
            case CallMe():
                self._call(frame)
            case Signalled() if leg is not None:
                self._browsers.signal(leg, frame.peer, frame.line, frame.what)
            case Sharing() if leg is not None:
                self._browsers.share(leg, frame)
            case Measured() if leg is not None:
                self._browsers.measured(leg, frame)
            case Pressed() if leg is not None:
                self._browsers.through.digit(leg, frame.digit)
            case HangUp():
                if leg is not None:
                    self._browsers.hang_up(leg.id)
            case Ping():
                self._link.tell({"t": "pong"})
            case _:
                # Told to a call that is over a moment ago, or to nobody.
                pass

    def _call(self, frame: CallMe) -> None:
        leg = self._leg
        if leg is not None and self._browsers.up(leg) and leg.key != frame.key:
            # One call at a time and a page: the one that is up stands.
            return
        if leg is None or leg.key != frame.key:
            if not self._open():
                self._refuse("calls_closed")
                return
            if self._flooded():
                self._refuse("too_many_calls")
                return
        try:
            self._leg = self._browsers.call(
                self._link,
                server_id=self._site.channel.settings.get("server_id"),
                door=self._site.channel.public_key,
                key=frame.key,
                name=frame.name,
                language=self._language,
            )
        except CallRefused as refused:
            self._refuse(refused.code)
        else:
            self._leg.shares = self._shares

    def _refuse(self, code: str) -> None:
        self._link.tell({"t": "refused", "code": code, "message": sentence(code, self._language)})


class DeskPhone:
    """An agent's desk, as a telephone."""

    def __init__(self, browsers: Browsers, agent: DeskAgent, link: BrowserSocket) -> None:
        self._browsers = browsers
        self._agent = agent
        self._link = link

    async def run(self) -> None:
        """As long as the socket. Raises `Closed`, `WebSocketDisconnect`."""
        await self._link.hello()
        legs = self._browsers.legs_of(self._agent.id)
        self._link.tell({"t": "welcome", "ice_servers": self._browsers.ice_servers(), "legs": legs})
        self._browsers.desk(self._agent.id, self._agent.name, self._link)
        try:
            await self._link.converse(self._heard, self._refuse)
        finally:
            self._browsers.desk_gone(self._agent.id, self._link)

    async def _heard(self, frame: Frame) -> None:
        match frame:
            case PickUp():
                self._browsers.picks_up(self._agent.id, frame.leg)
            case HangUp():
                self._browsers.desk_hangs_up(self._agent.id, frame.leg)
            case Measured():
                self._browsers.desk_measured(self._agent.id, frame)
            case Signalled():
                self._browsers.desk_signal(self._agent.id, frame.peer, frame.line, frame.what)
            case Sharing():
                self._browsers.share(self._agent.id, frame)
            case Ping():
                self._link.tell({"t": "pong"})
            case _:
                self._refuse("bad_frame")

    def _refuse(self, code: str) -> None:
        # Desks have words of their own for codes.
        self._link.tell({"t": "refused", "code": code})
