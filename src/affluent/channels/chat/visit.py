"""One socket from its hello to its end: what the customer sends, and what they are told."""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from fastapi import WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from affluent.centre import chatting
from affluent.centre.answering import customer_reads
from affluent.centre.doors import Look, Site
from affluent.centre.hours import is_open
from affluent.centre.hub import Typing
from affluent.centre.records import Chat
from affluent.centre.refusals import Away, Refusal
from affluent.centre.transaction import Transaction
from affluent.channels.chat.frames import (
    FRAME_BYTES_MAX,
    Frame,
    FrameError,
    Hello,
    Json,
    Leave,
    Ping,
    Read,
    Say,
    TypingNow,
    message_json,
    parse,
    place,
    state_frame,
    written,
)
from affluent.channels.chat.ground import Door
from affluent.channels.chat.noticing import Noticed
from affluent.channels.chat.passes import Opener
from affluent.channels.chat.rooms import Visit
from affluent.channels.chat.wording import language_of, sentence
from affluent.channels.origins import base_of
from affluent.facts.states import LIVE

R = TypeVar("R")

UNKNOWN_TOKEN = 4401
FOREIGN_ORIGIN = 4403
UNKNOWN_SITE = 4404
TOO_MANY = 4429
TOO_LARGE = 1009
UNREADABLE = 1003
TRY_LATER = 1013
NO_HELLO = 1008

HELLO_S = 15.0
SEND_S = 20.0
PLACE_S = 5.0
FRAMES_A_SECOND_MAX = 20
TYPING_S = 1.0
FILE_BYTES_MAX = 10 * 1024 * 1024


class VisitError(Exception):
    """The door ends the visit, with a close code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


async def committed(answer: "Future[R]") -> R:
    """Waits for a use case. Shielded: who goes away must not take back what the runner works on."""
    return await asyncio.shield(asyncio.wrap_future(answer))


def token_hash(token: str) -> bytes:
    """What is stored of a token: it opens a conversation, so that the database must not give it away."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _said(tx: Transaction, **words: Any) -> tuple[int, int, int]:
    contact_id, message_id = chatting.say(tx, **words)
    return contact_id, message_id, tx.now_ms


class Conversation:
    """One socket, let in."""

    def __init__(self, door: Door, socket: WebSocket, site: Site, ip: str) -> None:
        self._door = door
        self._socket = socket
        self._site = site
        self._ip = ip
        self._base = base_of(socket)
        self._sending = asyncio.Lock()
        self._language = "en"
        self._token = ""
        self._chat_id = 0
        self._sent = 0
        self._told: Json = {}
        self._agent_read = 0
        self._contact_id: int | None = None
        self._live = False
        self._left = False
        self._told_closed: str | None = None
        self._noticed = Noticed(door.clock)
        self._frames: tuple[float, int] = (0.0, 0)
        self._typed_at = -TYPING_S

    async def run(self) -> None:
        """Lasts as long as the socket. Raises `VisitError` to close it with a code."""
        hello = await self._first_frame()
        self._language = language_of(hello.lang or self._socket.query_params.get("lang"))
        chat, fresh = await self._chat(hello)
        self._chat_id = chat.id
        visit = Visit(chat.id)
        first = self._door.rooms.join(visit, chat.contact_id)
        if first is None:
            raise VisitError(TOO_MANY)
        try:
            if first and not fresh:
                await self._do(self._door.runner.submit(chatting.connected, chat_id=chat.id))
            await self._converse(visit, hello.since)
        finally:
            if self._door.rooms.leave(visit):
                # Not awaited: this task may be ending. The runner keeps the order of what it is asked.
                self._door.runner.submit(chatting.disconnected, chat_id=chat.id)

    async def _first_frame(self) -> Hello:
        try:
            frame = await asyncio.wait_for(self._receive(), HELLO_S)
        except (FrameError, TimeoutError):
            raise VisitError(NO_HELLO) from None
        if not isinstance(frame, Hello):
            raise VisitError(NO_HELLO)
        return frame

    async def _chat(self, hello: Hello) -> tuple[Chat, bool]:
        channel = self._site.channel
        if hello.token is not None:
            self._token = hello.token
            chat = await run_in_threadpool(self._door.store.chat, token_hash(hello.token))
            if chat is None or chat.channel_id != channel.id:
                raise VisitError(UNKNOWN_TOKEN)
            return chat, False
        if self._door.new_chats.over(self._ip):
            raise VisitError(TOO_MANY)
        self._token = secrets.token_urlsafe(32)
        begun = self._door.runner.submit(
            chatting.begin,
            channel_id=channel.id,
            token_hash=token_hash(self._token),
            language=self._language,
            page=hello.page,
        )
        chat_id = await self._do(begun)
        return Chat(chat_id, channel.id, None, None, self._language, True), True

    async def _do(self, answer: "Future[R]") -> R:
        try:
            return await committed(answer)
        except Away:
            raise VisitError(TRY_LATER) from None

    async def _converse(self, visit: Visit, since: int) -> None:
        await self._welcome(visit, since)
        tasks = [asyncio.create_task(self._listen(visit)), asyncio.create_task(self._tell(visit))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _welcome(self, visit: Visit, since: int) -> None:
        visit.news.clear()
        look = await run_in_threadpool(self._door.store.look, visit.chat_id, since)
        self._sent = since
        said = self._new_messages(look)
        self._told, self._told_closed = self._state(look), self._closed()
        messages = [*self._noticed.lines(self._site, self._live, self._language), *said]
        welcome = {"t": "welcome", "token": self._token, "messages": messages, "channel": self._channel()}
        await self._send(self._told | welcome)
        await self._tell_read(look)

    def _channel(self) -> Json:
        site, settings, now_ms = self._site, self._site.channel.settings, self._door.clock.now_ms()
        return {
            "title": settings.get(f"title_{self._language}") or site.brand_name,
            "colour": settings.get("colour") or site.brand_colour,
            "ask_name": bool(settings.get("ask_name", True)),
            "ask_email": bool(settings.get("ask_email", False)),
            "max_file_bytes": max_file_bytes(settings),
            "closed": self._closed(),
            "open": site.hours is None or is_open(site.hours, now_ms),
            "brand": site.brand_name,
            "hour": sentence("hour_instead_ask", self._language)
            if settings.get("appointment_channel_id")
            else None,
        }

    def _closed(self) -> str | None:
        """What to say while a supervisor has closed the chat to new conversations; one that began goes on."""
        if self._live or not self._site.closed_at(self._door.clock.now_ms()):
            return None
        return self._site.closed_words(self._language) or sentence("closed_for_now", self._language)

    async def _look_at_door(self, visit: Visit) -> None:
        """The chat was closed or opened while this socket was open."""
        visit.door = False
        site = await run_in_threadpool(self._door.store.site, "chat", self._site.channel.public_key)
        if site is not None:
            self._site = site

    async def _tell_channel(self) -> None:
        for message in self._noticed.lines(self._site, self._live, self._language):
            await self._send({"t": "message", "message": message})
        closed = self._closed()
        if closed != self._told_closed:
            self._told_closed = closed
            await self._send({"t": "channel", "channel": self._channel()})

    async def _listen(self, visit: Visit) -> None:
        while True:
            try:
                frame = await self._receive()
            except FrameError as bad:
                await self._refuse(bad.code, bad.key)
                continue
            match frame:
                case Say():
                    await self._say(visit, frame)
                case TypingNow(on=on):
                    self._types(on)
                case Read(seq=seq):
                    await self._reads(seq)
                case Leave():
                    await self._leaves(visit)
                case Ping():
                    await self._send({"t": "pong"})
                case Hello():
                    await self._refuse("bad_frame", None)

    async def _receive(self) -> Frame:
        """The next frame. Raises `FrameError`, `VisitError` for a flood, `WebSocketDisconnect` at the end."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or 1006)
        self._count()
        text = message.get("text")
        if text is None:
            raise VisitError(UNREADABLE)
        if len(text) > FRAME_BYTES_MAX or len(text.encode("utf-8", "replace")) > FRAME_BYTES_MAX:
            raise VisitError(TOO_LARGE)
        return parse(text)

    def _count(self) -> None:
        # The network's pace, not the centre's time: measured on the machine's clock.
        now = asyncio.get_running_loop().time()
        began, count = self._frames
        self._frames = (now, 1) if now - began >= 1.0 else (began, count + 1)
        if self._frames[1] > FRAMES_A_SECOND_MAX:
            raise VisitError(TOO_MANY)

    async def _say(self, visit: Visit, frame: Say) -> None:
        if self._door.words.over(visit.chat_id):
            await self._refuse("too_fast", frame.key)
            return
        answer = self._door.runner.submit(
            _said,
            chat_id=visit.chat_id,
            key=frame.key,
            text=frame.text,
            name=frame.name,
            email=frame.email,
            language=self._language,
            file_ids=frame.files,
        )
        try:
            contact_id, message_id, at_ms = await self._do(answer)
        except Refusal as refusal:
            await self._refuse(refusal.code, frame.key, refusal.params)
            return
        self._contact_id, self._live, self._left = contact_id, True, False
        self._door.rooms.follow(visit.chat_id, contact_id)
        await self._send({"t": "ack", "key": frame.key, "seq": message_id, "at_ms": at_ms})

    def _types(self, on: bool) -> None:
        now = asyncio.get_running_loop().time()
        if not self._live or self._contact_id is None or (on and now - self._typed_at < TYPING_S):
            return
        if not on and self._typed_at < 0:
            return
        self._typed_at = now if on else -TYPING_S
        brand_id = self._site.channel.brand_id
        self._door.hub.publish(Typing(self._contact_id, brand_id, None, "", on))

    async def _reads(self, seq: int) -> None:
        if self._contact_id is None:
            return
        answer = self._door.runner.submit(customer_reads, contact_id=self._contact_id, up_to=seq)
        await self._do(answer)

    async def _leaves(self, visit: Visit) -> None:
        if self._left or not self._live:
            return
        self._left = True
        await self._do(self._door.runner.submit(chatting.leave, chat_id=visit.chat_id))
        visit.news.set()

    async def _tell(self, visit: Visit) -> None:
        while True:
            patience = PLACE_S if self._told.get("state") == "waiting" else None
            try:
                await asyncio.wait_for(visit.news.wait(), patience)
            except TimeoutError:
                await self._tell_place()
                continue
            visit.news.clear()
            if visit.door:
                await self._look_at_door(visit)
            look = await run_in_threadpool(self._door.store.look, visit.chat_id, self._sent)
            for message in self._new_messages(look):
                await self._send({"t": "message", "message": message})
            await self._tell_state(self._state(look))
            await self._tell_channel()
            await self._tell_read(look)
            await self._tell_typing(visit)

    def _new_messages(self, look: Look) -> list[Json]:
        opener, now_ms = Opener(self._chat_id, token_hash(self._token)), self._door.clock.now_ms()
        shown = [message_json(one, self._language, opener, now_ms, self._base) for one in look.messages]
        if look.messages:
            self._sent = look.messages[-1].id
        return [one for one in shown if one is not None]

    def _state(self, look: Look) -> Json:
        standing = look.standing
        self._contact_id = standing.contact_id
        self._live = standing.state in LIVE
        self._left = standing.left
        return state_frame(standing, self._ahead(), self._wait())

    def _ahead(self) -> int | None:
        return None if self._contact_id is None else self._door.runner.position(self._contact_id)

    def _wait(self) -> str | None:
        return None if self._contact_id is None else self._door.wait_of(self._contact_id, self._language)

    async def _tell_state(self, state: Json) -> None:
        if state != self._told:
            self._told = state
            await self._send(state)

    async def _tell_place(self) -> None:
        ahead = self._ahead()
        if ahead is not None:
            await self._tell_state(self._told | {"place": place(ahead, self._wait())})

    async def _tell_read(self, look: Look) -> None:
        if look.standing.agent_read > self._agent_read:
            self._agent_read = look.standing.agent_read
            await self._send({"t": "read", "seq": self._agent_read})

    async def _tell_typing(self, visit: Visit) -> None:
        typing, visit.typing = visit.typing, None
        if typing is not None:
            await self._send({"t": "typing", "who": typing.name, "on": typing.on})

    async def _refuse(self, code: str, key: str | None, params: Mapping[str, Any] | None = None) -> None:
        frame: Json = {
            "t": "refused",
            "code": code,
            "message": sentence(code, self._language, dict(params or {})),
        }
        await self._send(frame | ({"key": key} if key is not None else {}))

    async def _send(self, frame: Json) -> None:
        async with self._sending:
            await asyncio.wait_for(self._socket.send_text(written(frame)), SEND_S)


def max_file_bytes(settings: Mapping[str, Any]) -> int:
    """The channel's limit for a file. 0 allows none."""
    value = settings.get("max_file_bytes")
    return FILE_BYTES_MAX if value is None else int(value)
