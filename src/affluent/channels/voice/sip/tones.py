"""The sound of one call of a phone in Python: a tone of its own, keys, an ear for the other's tone (RFC 3551, 4733)."""

import asyncio
import itertools
import secrets
from collections import deque
from typing import cast

import numpy as np
from numpy.typing import NDArray

FRAME, RATE = 160, 8_000
EVENT = 101
KEYS = "0123456789*#"
KEY_FRAMES, GAP_FRAMES = 5, 5
KEPT_FRAMES = 50
Address = tuple[str, int]


def ulaw(samples: NDArray[np.float64]) -> bytes:
    """G.711 µ-law of samples between -1 and 1."""
    level = np.minimum(np.abs(samples) * 32_635, 32_635).astype(np.int64) + 132
    exponent = np.clip(np.floor(np.log2(level)).astype(np.int64) - 7, 0, 7)
    mantissa = (level >> (exponent + 3)) & 0x0F
    sign = np.where(samples < 0, 0x80, 0)
    return bytes((~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8))


def samples_of(data: bytes) -> NDArray[np.float64]:
    """The samples, between -1 and 1, of G.711 µ-law."""
    code = ~np.frombuffer(data, np.uint8).astype(np.int64) & 0xFF
    level = (((code & 0x0F) << 3) + 132) << ((code >> 4) & 7)
    return np.where(code & 0x80, 132 - level, level - 132) / 32_635


class Tone(asyncio.DatagramProtocol):
    """Sends a tone of `hz` (0: silence) from `begin` to `end`, and keeps the last second of what comes."""

    def __init__(self, hz: int) -> None:
        time = np.arange(RATE) / RATE
        whole = ulaw(0.3 * np.sin(2 * np.pi * hz * time))
        self._frames = [whole[at : at + FRAME] for at in range(0, RATE, FRAME)]
        self._task: asyncio.Task[None] | None = None
        self._keys: deque[tuple[int, int]] = deque()
        self.came: deque[bytes] = deque(maxlen=KEPT_FRAMES)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self.port: int = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if len(data) > 12 and data[1] & 0x7F == 0:
            self.came.append(data[12:])

    def begin(self, to: Address) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._send(to))

    def presses(self, keys: str) -> None:
        """Presses keys, a tenth of a second each, as telephone events. Raises `ValueError` for what is no key."""
        for key in keys:
            code = KEYS.index(key)
            self._keys += [(code, at) for at in range(KEY_FRAMES + 3)]
            self._keys += [(-1, 0)] * GAP_FRAMES

    async def _send(self, to: Address) -> None:
        source, loop = secrets.token_bytes(4), asyncio.get_running_loop()
        began, pressed_at = loop.time(), 0
        for at in itertools.count():
            code, step = self._keys.popleft() if self._keys else (-1, 0)
            if code < 0:
                kind, stamp, sound = 0, at, self._frames[at % len(self._frames)]
            else:
                pressed_at = at if step == 0 else pressed_at
                kind, stamp, sound = EVENT | (0x80 if step == 0 else 0), pressed_at, _event(code, step)
            head = bytes((0x80, kind)) + (at % 65_536).to_bytes(2) + (stamp * FRAME % 2**32).to_bytes(4)
            self._transport.sendto(head + source + sound, to)
            await asyncio.sleep(max(0.0, began + (at + 1) * 0.02 - loop.time()))

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._transport.close()

    def hears(self, hz: int) -> bool:
        """Whether a tone of `hz` was most of what came in the last third of a second."""
        data = b"".join(list(self.came)[-16:])
        if len(data) < 16 * FRAME:
            return False
        samples = samples_of(data)
        power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
        at = round(hz * len(samples) / RATE)
        return float(power[at - 3 : at + 4].sum()) > 0.5 * float(power.sum()) > 0


def _event(code: int, step: int) -> bytes:
    """The packet of a key: its end is said three times, as a packet may be lost."""
    over = 0x80 if step >= KEY_FRAMES else 0
    return bytes((code, over | 10)) + (min(step + 1, KEY_FRAMES) * FRAME).to_bytes(2)
