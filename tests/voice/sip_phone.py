"""A telephone of a test: SIP over UDP on this machine, with a tone of its own and an ear for those of others.

It does as little as a phone can: one transaction at a time in each call, no retransmissions (nothing is lost here).
"""

import asyncio
import itertools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

FRAME, RATE = 160, 8_000
Address = tuple[str, int]
_numbers = itertools.count(1)


def _ulaw(samples: NDArray[np.float64]) -> bytes:
    """G.711 µ-law of samples between -1 and 1."""
    level = np.minimum(np.abs(samples) * 32_635, 32_635).astype(np.int64) + 132
    exponent = np.clip(np.floor(np.log2(level)).astype(np.int64) - 7, 0, 7)
    mantissa = (level >> (exponent + 3)) & 0x0F
    sign = np.where(samples < 0, 0x80, 0)
    return bytes((~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8))


def _heard(data: bytes) -> NDArray[np.float64]:
    code = ~np.frombuffer(data, np.uint8).astype(np.int64) & 0xFF
    level = (((code & 0x0F) << 3) + 132) << ((code >> 4) & 7)
    return np.where(code & 0x80, 132 - level, level - 132) / 32_635


@dataclass
class Talk:
    """One call of a phone."""

    phone: "SipPhone"
    call_id: str
    local: str
    remote: str
    target: str
    address: Address
    invite: "Message | None" = None
    """What came in, for a call that was not ours."""
    rings: asyncio.Event = field(default_factory=asyncio.Event)
    up: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0
    sequence: int = 1
    branch: str = ""
    sound: "Sound | None" = None

    def answer(self) -> None:
        assert self.invite is not None
        self.phone.reply(self.invite, 200, "OK", self)
        self._begin(self.invite)
        self.up.set()

    def reject(self, status: int = 486) -> None:
        assert self.invite is not None
        self.phone.reply(self.invite, status, "No", self)
        self.over.set()

    def hang_up(self) -> None:
        """Ends it, or takes it back while it rings."""
        if self.over.is_set():
            return
        method = "BYE" if self.up.is_set() else "CANCEL"
        if self.invite is not None and not self.up.is_set():
            self.reject(603)
            return
        self.phone.request(method, self)
        self.over.set()
        self._silence()

    def vanish(self) -> None:
        """Its network is cut: nothing is sent or heard any more, and nobody is told."""
        self.phone.deaf = True
        self._silence()

    def ended(self) -> None:
        self.over.set()
        self._silence()

    def established(self, message: "Message") -> None:
        self._begin(message)
        self.up.set()

    def _begin(self, message: "Message") -> None:
        if self.sound is not None and message.sound_at is not None:
            self.sound.begin(message.sound_at)

    def _silence(self) -> None:
        if self.sound is not None:
            self.sound.end()

    def presses(self, digits: str) -> None:
        assert self.sound is not None
        self.sound.presses(digits)

    def hears(self, hz: int) -> bool:
        """Whether a tone of `hz` was most of what came in the last third of a second."""
        return self.sound is not None and self.sound.hears(hz)


class Sound(asyncio.DatagramProtocol):
    """The sound of one call: sends a tone, keeps what comes."""

    def __init__(self, hz: int) -> None:
        time = np.arange(RATE) / RATE
        whole = _ulaw(0.3 * np.sin(2 * np.pi * hz * time))
        self._frames = [whole[at : at + FRAME] for at in range(0, RATE, FRAME)]
        self._task: asyncio.Task[None] | None = None
        self.came: list[bytes] = []
        self._keys: list[int] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if len(data) > 12 and data[1] & 0x7F == 0:
            self.came.append(data[12:])

    def begin(self, to: Address) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._send(to))

    def presses(self, digits: str) -> None:
        self._keys += ["0123456789*#".index(one) for one in digits]

    async def _send(self, to: Address) -> None:
        source, loop = secrets.token_bytes(4), asyncio.get_running_loop()
        began = loop.time()
        frames = self._sent()
        for at in itertools.count():
            kind, stamp, sound = next(frames)
            head = b"\x80" + kind + (at % 65_536).to_bytes(2) + (stamp * FRAME % 2**32).to_bytes(4) + source
            self._transport.sendto(head + sound, to)
            await asyncio.sleep(max(0.0, began + (at + 1) * 0.02 - loop.time()))

    def _sent(self) -> Iterator[tuple[bytes, int, bytes]]:
        """Frames as (type, number of its stamp, content): the tone, and keys as events (RFC 4733) in between."""
        at = 0
        while True:
            if self._keys:
                key, began = self._keys.pop(0), at
                for lasts in range(1, 9):
                    over = 0x80 if lasts > 5 else 0
                    told = bytes((key, over | 10)) + (min(lasts, 5) * FRAME).to_bytes(2)
                    yield (b"\xe5" if lasts == 1 else b"\x65"), began, told
                at += 8
                for _ in range(5):
                    yield b"\x00", at, self._frames[at % len(self._frames)]
                    at += 1
            yield b"\x00", at, self._frames[at % len(self._frames)]
            at += 1

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._transport.close()

    def hears(self, hz: int) -> bool:
        data = b"".join(self.came[-16:])
        if len(data) < 16 * FRAME:
            return False
        samples = _heard(data)
        power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
        at = round(hz * len(samples) / RATE)
        return float(power[at - 3 : at + 4].sum()) > 0.5 * float(power.sum()) > 0


class Message:
    """A SIP message, as far as a phone must read it."""

    def __init__(self, data: bytes) -> None:
        head, _, self.body = data.decode(errors="replace").partition("\r\n\r\n")
        self.first, *lines = head.split("\r\n")
        self.lines = [
            (name.strip().lower(), value.strip())
            for name, _, value in (line.partition(":") for line in lines)
        ]

    def one(self, name: str) -> str:
        return next((value for key, value in self.lines if key == name), "")

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.lines if key == name]

    @property
    def status(self) -> int:
        return int(self.first.split()[1]) if self.first.startswith("SIP/") else 0

    @property
    def method(self) -> str:
        return self.one("cseq").split()[-1]

    @property
    def sound_at(self) -> Address | None:
        host, port = "", 0
        for line in self.body.splitlines():
            if line.startswith("c=IN IP4 "):
                host = line[9:].strip()
            elif line.startswith("m=audio "):
                port = int(line.split()[1])
        return (host, port) if host and port else None


class SipPhone(asyncio.DatagramProtocol):
    """`number` is who it says it is; `hz` the tone it sends in every call, None for a phone without sound."""

    def __init__(self, server: Address, number: str, hz: int | None = None) -> None:
        self.server, self.number, self.hz = server, number, hz
        self.talks: dict[str, Talk] = {}
        self.came: asyncio.Queue[Talk] = asyncio.Queue()
        self.on_call: Callable[[Talk], None] | None = None
        self.deaf = False

    async def open(self, port: int = 0) -> "SipPhone":
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, ("127.0.0.1", port))
        return self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self.port: int = transport.get_extra_info("sockname")[1]

    def close(self) -> None:
        for talk in self.talks.values():
            talk.ended()
        self._transport.close()

    async def _sound(self) -> Sound | None:
        if self.hz is None:
            return None
        hz = self.hz
        loop = asyncio.get_running_loop()
        _, sound = await loop.create_datagram_endpoint(lambda: Sound(hz), ("127.0.0.1", 0))
        return sound

    async def call(self, number: str) -> Talk:
        name = f"{next(_numbers)}-{secrets.token_hex(6)}"
        host, port = self.server
        talk = Talk(
            self, name, f"<sip:{self.number}@127.0.0.1>;tag={secrets.token_hex(4)}",
            f"<sip:{number}@{host}:{port}>", f"sip:{number}@{host}:{port}", self.server, sound=await self._sound(),
        )  # fmt: skip
        self.talks[name] = talk
        self.request("INVITE", talk)
        return talk

    async def next_call(self, timeout_s: float = 10) -> Talk:
        return await asyncio.wait_for(self.came.get(), timeout_s)

    def _body(self, talk: Talk) -> str:
        port = talk.sound.port if talk.sound is not None else 9
        return (
            f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\n"
            "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\n"
        )

    def request(self, method: str, talk: Talk) -> None:
        if method in ("INVITE", "BYE", "INFO"):
            talk.sequence += 1
        if method in ("INVITE", "BYE"):
            talk.branch = f"z9hG4bK{secrets.token_hex(8)}"
        branch = f"z9hG4bK{secrets.token_hex(8)}" if method == "ACK" else talk.branch
        body = self._body(talk) if method == "INVITE" else ""
        self._write(
            f"{method} {talk.target} SIP/2.0",
            [
                *self._head(talk, branch),
                f"CSeq: {talk.sequence} {method}",
                f"Contact: <sip:{self.number}@127.0.0.1:{self.port}>",
                "Max-Forwards: 70",
            ],
            body,
            talk.address,
        )

    def _head(self, talk: Talk, branch: str) -> list[str]:
        via = f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch};rport"
        return [via, f"From: {talk.local}", f"To: {talk.remote}", f"Call-ID: {talk.call_id}"]

    def reply(self, to: Message, status: int, reason: str, talk: Talk | None = None) -> None:
        tagged = to.one("to") if talk is None or "tag=" in to.one("to") else talk.local
        body = self._body(talk) if talk is not None and status == 200 and to.method == "INVITE" else ""
        lines = [f"Via: {via}" for via in to.every("via")]
        lines += [f"Record-Route: {route}" for route in to.every("record-route")]
        lines += [
            f"From: {to.one('from')}",
            f"To: {tagged}",
            f"Call-ID: {to.one('call-id')}",
            f"CSeq: {to.one('cseq')}",
        ]
        lines += [f"Contact: <sip:{self.number}@127.0.0.1:{self.port}>"]
        self._write(f"SIP/2.0 {status} {reason}", lines, body, self.server)

    def _write(self, first: str, lines: list[str], body: str, to: Address) -> None:
        if self.deaf:
            return
        kind = ["Content-Type: application/sdp"] if body else []
        text = "\r\n".join([first, *lines, *kind, f"Content-Length: {len(body)}", "", body])
        self._transport.sendto(text.encode(), to)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if self.deaf or not data.strip():
            return
        message = Message(data)
        talk = self.talks.get(message.one("call-id"))
        if message.status:
            if talk is not None:
                self._answered(talk, message)
        elif message.method == "INVITE" and talk is None:
            asyncio.get_running_loop().create_task(self._ring(message)).add_done_callback(_raise)
        elif message.method == "ACK":
            pass
        else:
            self._asked(talk, message)

    async def _ring(self, message: Message) -> None:
        name = message.one("call-id")
        if name in self.talks:
            return
        target = message.one("contact").strip("<>").split(">")[0]
        local = f"{message.one('to')};tag={secrets.token_hex(4)}"
        talk = Talk(self, name, local, message.one("from"), target, self.server, message, sequence=100)
        self.talks[name] = talk
        talk.sound = await self._sound()
        self.reply(message, 180, "Ringing", talk)
        talk.rings.set()
        if self.on_call is not None:
            self.on_call(talk)
        self.came.put_nowait(talk)

    def _asked(self, talk: Talk | None, message: Message) -> None:
        if message.method == "CANCEL" and talk is not None and talk.invite is not None:
            self.reply(message, 200, "OK")
            self.reply(talk.invite, 487, "Request Terminated", talk)
            talk.ended()
            return
        self.reply(message, 200, "OK", talk)
        if message.method == "BYE" and talk is not None:
            talk.ended()

    def _answered(self, talk: Talk, message: Message) -> None:
        if message.method != "INVITE" or message.status == 100:
            return
        talk.status = message.status
        if message.status < 200:
            talk.rings.set()
            return
        talk.remote = message.one("to")
        if message.status < 300:
            talk.target = message.one("contact").strip("<>").split(">")[0] or talk.target
            self.request("ACK", talk)
            if talk.over.is_set():
                # It was answered in the moment in which we gave up.
                self.request("BYE", talk)
            else:
                talk.established(message)
        else:
            self._acknowledge_refusal(talk)
            talk.ended()

    def _acknowledge_refusal(self, talk: Talk) -> None:
        self._write(
            f"ACK {talk.target} SIP/2.0",
            [*self._head(talk, talk.branch), f"CSeq: {talk.sequence} ACK", "Max-Forwards: 70"],
            "",
            talk.address,
        )


def _raise(task: "asyncio.Task[None]") -> None:
    if not task.cancelled():
        task.result()
