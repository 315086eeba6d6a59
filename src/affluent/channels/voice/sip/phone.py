"""A telephone, as little as one can be: one transaction at a time in each call, no hold, no forwarding."""

import asyncio
import itertools
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

from affluent.channels.voice.sip.delivery import Delivery
from affluent.channels.voice.sip.messages import Address, Message, offer, proof, written
from affluent.channels.voice.sip.tones import Tone

HERE = "127.0.0.1"
REGISTERED_S = 600
ANSWER_S = 5.0
BUSY, DECLINED, TAKEN_BACK = 486, 603, 487
_numbers = itertools.count(1)


class NotRegistered(Exception):
    """The server does not know this phone, or its password; or it said nothing."""


@dataclass(eq=False)
class Talk:
    """One call of a phone."""

    phone: "SipPhone"
    call_id: str
    local: str
    remote: str
    target: str
    address: Address
    invite: Message | None = None
    """What came in, for a call that was not ours."""
    rings: asyncio.Event = field(default_factory=asyncio.Event)
    up: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0
    sequence: int = 1
    branch: str = ""
    sound: Tone | None = None
    said_bye: bool = False
    final: bytes = b""
    """How an incoming call was answered at last: said again whenever it is asked again."""

    def answer(self) -> None:
        assert self.invite is not None
        self.phone.reply(self.invite, 200, "OK", self)
        self._begin(self.invite)
        self.up.set()

    def reject(self, status: int = BUSY) -> None:
        assert self.invite is not None
        self.phone.reply(self.invite, status, "No", self)
        self.ended()

    def hang_up(self) -> None:
        """Ends it, or takes it back while it rings."""
        if self.over.is_set():
            return
        if self.up.is_set():
            self.phone.bye(self)
        elif self.invite is not None:
            self.reject(DECLINED)
        else:
            self.phone.request("CANCEL", self)
        self.ended()

    def presses(self, keys: str) -> None:
        assert self.sound is not None, "a phone without sound has no keys"
        self.sound.presses(keys)

    def vanish(self) -> None:
        """Its network is cut: nothing is sent or heard any more, and nobody is told."""
        self.phone.deaf = True
        self._silence()

    def ended(self) -> None:
        self.over.set()
        self._silence()

    def established(self, message: Message) -> None:
        self._begin(message)
        self.up.set()

    def _begin(self, message: Message) -> None:
        if self.sound is not None and message.sound_at is not None:
            self.sound.begin(message.sound_at)

    def _silence(self) -> None:
        if self.sound is not None:
            self.sound.end()

    def hears(self, hz: int) -> bool:
        """Whether a tone of `hz` was most of what came in the last third of a second."""
        return self.sound is not None and self.sound.hears(hz)


class SipPhone(asyncio.DatagramProtocol):
    """`number` is who it says it is; `hz` the tone it sends in every call, None for a phone without sound."""

    def __init__(self, server: Address, number: str, hz: int | None = None) -> None:
        self.server, self.number, self.hz = server, number, hz
        self.talks: dict[str, Talk] = {}
        self.came: asyncio.Queue[Talk] = asyncio.Queue()
        self.on_call: Callable[[Talk], None] | None = None
        self.deaf = False
        self.delivery = Delivery(self._send)
        self._asked_of: dict[str, asyncio.Future[Message]] = {}

    async def open(self, port: int = 0) -> "SipPhone":
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, (HERE, port))
        return self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self.port: int = transport.get_extra_info("sockname")[1]

    def close(self) -> None:
        for talk in self.talks.values():
            talk.ended()
        self.delivery.clear()
        self._transport.close()

    async def register(self, user: str, password: str, lasts_s: int = REGISTERED_S) -> None:
        """Tells the server where this phone is (0 seconds: no longer). Raises `NotRegistered`."""
        host, port = self.server
        uri, name = f"sip:{host}:{port}", f"r{next(_numbers)}-{secrets.token_hex(6)}"
        answer = await self._register(uri, name, user, 1, lasts_s, "")
        if answer.status == 401:
            told = proof(answer.one("www-authenticate"), "REGISTER", uri, user, password)
            answer = await self._register(uri, name, user, 2, lasts_s, told)
        if answer.status != 200:
            raise NotRegistered(answer.first)

    async def _register(
        self, uri: str, name: str, user: str, sequence: int, lasts_s: int, told: str
    ) -> Message:
        host, _ = self.server
        lines = [
            f"Via: SIP/2.0/UDP {HERE}:{self.port};branch=z9hG4bK{secrets.token_hex(8)};rport",
            f"From: <sip:{user}@{host}>;tag={name}", f"To: <sip:{user}@{host}>", f"Call-ID: {name}",
            f"CSeq: {sequence} REGISTER", f"Contact: <sip:{user}@{HERE}:{self.port}>", "Max-Forwards: 70",
            f"Expires: {lasts_s}", *([f"Authorization: {told}"] if told else []),
        ]  # fmt: skip
        answer = self._asked_of[name] = asyncio.get_running_loop().create_future()
        self.delivery.say(
            (name, sequence, "REGISTER"), written(f"REGISTER {uri} SIP/2.0", lines), self.server
        )
        try:
            return await asyncio.wait_for(answer, ANSWER_S)
        except TimeoutError:
            raise NotRegistered("no answer") from None
        finally:
            self._asked_of.pop(name, None)
            self.delivery.forget(name)

    async def _sound(self) -> Tone | None:
        if self.hz is None:
            return None
        hz = self.hz
        loop = asyncio.get_running_loop()
        _, sound = await loop.create_datagram_endpoint(lambda: Tone(hz), (HERE, 0))
        return sound

    async def call(self, number: str, *, as_number: str = "") -> Talk:
        """Calls `number`; `as_number`: another number of one's own for this call alone."""
        name = f"{next(_numbers)}-{secrets.token_hex(6)}"
        host, port = self.server
        talk = Talk(
            self, name, f"<sip:{as_number or self.number}@{HERE}>;tag={secrets.token_hex(4)}",
            f"<sip:{number}@{host}:{port}>", f"sip:{number}@{host}:{port}", self.server, sound=await self._sound(),
        )  # fmt: skip
        self.talks[name] = talk
        self.request("INVITE", talk)
        return talk

    async def next_call(self, timeout_s: float = 10) -> Talk:
        return await asyncio.wait_for(self.came.get(), timeout_s)

    # -- what it says

    def request(self, method: str, talk: Talk) -> None:
        if method in ("INVITE", "BYE"):
            talk.sequence += 1
            talk.branch = f"z9hG4bK{secrets.token_hex(8)}"
        body = offer(talk.sound.port if talk.sound is not None else 9) if method == "INVITE" else ""
        lines = [
            *self._head(talk, talk.branch),
            f"CSeq: {talk.sequence} {method}",
            f"Contact: <sip:{self.number}@{HERE}:{self.port}>",
            "Max-Forwards: 70",
        ]
        data = written(f"{method} {talk.target} SIP/2.0", lines, body)
        self.delivery.say((talk.call_id, talk.sequence, method), data, talk.address)

    def bye(self, talk: Talk) -> None:
        if not talk.said_bye:
            talk.said_bye = True
            # What was not heard by now, such as our picking up, no longer matters.
            self.delivery.forget(talk.call_id)
            self.request("BYE", talk)

    def _head(self, talk: Talk, branch: str) -> list[str]:
        via = f"Via: SIP/2.0/UDP {HERE}:{self.port};branch={branch};rport"
        return [via, f"From: {talk.local}", f"To: {talk.remote}", f"Call-ID: {talk.call_id}"]

    def reply(self, to: Message, status: int, reason: str, talk: Talk | None = None) -> None:
        tagged = to.one("to") if talk is None or "tag=" in to.one("to") else talk.local
        invited = talk is not None and to.method == "INVITE"
        sound = talk.sound if talk is not None else None
        body = offer(9 if sound is None else sound.port) if invited and status == 200 else ""
        lines = [f"Via: {via}" for via in to.every("via")]
        lines += [f"Record-Route: {route}" for route in to.every("record-route")]
        lines += [
            f"From: {to.one('from')}",
            f"To: {tagged}",
            f"Call-ID: {to.one('call-id')}",
            f"CSeq: {to.one('cseq')}",
            f"Contact: <sip:{self.number}@{HERE}:{self.port}>",
        ]
        data = written(f"SIP/2.0 {status} {reason}", lines, body)
        if talk is None or not invited or status < 200:
            self._send(data, self.server)
            return
        talk.final = data
        self.delivery.say((talk.call_id, to.sequence, "ACK"), data, self.server)

    def _send(self, data: bytes, to: Address) -> None:
        if not self.deaf and not self._transport.is_closing():
            self._transport.sendto(data, to)

    # -- what it hears

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if self.deaf or not data.strip():
            return
        message = Message(data)
        name = message.one("call-id")
        talk = self.talks.get(name)
        if message.status:
            self._answered(name, talk, message)
        elif message.method == "INVITE" and talk is None:
            asyncio.get_running_loop().create_task(self._ring(message)).add_done_callback(_raise)
        elif message.method == "INVITE" and talk is not None and not talk.up.is_set():
            # Our answer was not heard, or there is none yet.
            self._send(talk.final, self.server) if talk.final else self.reply(message, 180, "Ringing", talk)
        elif message.method == "ACK":
            self.delivery.heard((name, message.sequence, "ACK"))
        else:
            self._asked(talk, message)

    async def _ring(self, message: Message) -> None:
        name = message.one("call-id")
        if name in self.talks:
            return
        local = f"{message.one('to')};tag={secrets.token_hex(4)}"
        talk = Talk(
            self, name, local, message.one("from"), message.contact, self.server, message, sequence=100
        )
        self.talks[name] = talk
        talk.sound = await self._sound()
        if talk.over.is_set():
            # It was taken back in the meantime.
            talk.ended()
            return
        self.reply(message, 180, "Ringing", talk)
        talk.rings.set()
        if self.on_call is not None:
            self.on_call(talk)
        self.came.put_nowait(talk)

    def _asked(self, talk: Talk | None, message: Message) -> None:
        if message.method == "CANCEL":
            self.reply(message, 200, "OK")
            if talk is not None and talk.invite is not None and not talk.final:
                self.reply(talk.invite, TAKEN_BACK, "Request Terminated", talk)
                talk.ended()
            return
        self.reply(message, 200, "OK", talk)
        if message.method == "BYE" and talk is not None:
            self.delivery.forget(talk.call_id)
            talk.ended()

    def _answered(self, name: str, talk: Talk | None, message: Message) -> None:
        if message.method == "INVITE" or message.status >= 200:
            self.delivery.heard((name, message.sequence, message.method))
        waits = self._asked_of.get(name)
        if waits is not None and message.status >= 200 and not waits.done():
            waits.set_result(message)
        if talk is None or message.method != "INVITE" or message.status == 100:
            return
        talk.status = message.status
        if message.status < 200:
            talk.rings.set()
            return
        talk.remote = message.one("to")
        if message.status >= 300:
            self._acknowledge_refusal(talk, message)
            talk.ended()
            return
        talk.target = message.contact or talk.target
        self._acknowledge(talk, message)
        if talk.over.is_set():
            # It was answered in the moment in which we gave up.
            self.bye(talk)
        else:
            talk.established(message)

    def _acknowledge(self, talk: Talk, message: Message) -> None:
        lines = [*self._head(talk, f"z9hG4bK{secrets.token_hex(8)}"), f"CSeq: {message.sequence} ACK"]
        self._send(written(f"ACK {talk.target} SIP/2.0", [*lines, "Max-Forwards: 70"]), talk.address)

    def _acknowledge_refusal(self, talk: Talk, message: Message) -> None:
        lines = [*self._head(talk, talk.branch), f"CSeq: {message.sequence} ACK", "Max-Forwards: 70"]
        self._send(written(f"ACK {talk.target} SIP/2.0", lines), talk.address)


def _raise(task: "asyncio.Task[None]") -> None:
    with suppress(asyncio.CancelledError):
        task.result()
