"""A browser's end of a connection, in Python: what simulated people call and answer with, and tests."""

import asyncio
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame

from affluent.channels.voice.relay.peer import candidate_of, samples_of
from affluent.channels.voice.relay.sounds import FRAME, FRAME_S, RATE, Samples, silence

KEPT = 25
Json = dict[str, Any]


class Speech(MediaStreamTrack):
    """Says what it is given, round and round or once, and is silent else."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._samples = silence()[:0]
        self._again = False
        self._where = self._at = 0
        self._began_s = 0.0

    def say(self, samples: Samples, *, again: bool) -> None:
        self._samples, self._again, self._where = samples, again, 0

    def once_more(self) -> "Speech":
        """The same, for another connection: a track that was stopped speaks no more."""
        made = Speech()
        made._samples, made._again, made._where = self._samples, self._again, self._where
        return made

    @property
    def silent(self) -> bool:
        return self._where >= len(self._samples)

    def _next(self) -> Samples:
        if self.silent:
            return silence()
        told = self._samples[self._where : self._where + FRAME]
        self._where += FRAME
        if self._again and self.silent:
            self._where = 0
        return told if len(told) == FRAME else np.concatenate((told, silence()[len(told) :]))

    async def recv(self) -> AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        loop = asyncio.get_running_loop()
        self._began_s = self._began_s or loop.time()
        await asyncio.sleep(max(0.0, self._began_s + self._at / RATE - loop.time()))
        frame = AudioFrame.from_ndarray(self._next().reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, Fraction(1, RATE)
        self._at += FRAME
        return frame


class Handset:
    """The connections of one line, one after the other. `tell` sends the frame of a signal."""

    def __init__(self, tell: Callable[[Json], None]) -> None:
        self._tell = tell
        self._speech = Speech()
        self._connection: RTCPeerConnection | None = None
        self._about: Json = {}
        self._listening: asyncio.Task[None] | None = None
        self.heard: deque[Samples] = deque(maxlen=KEPT)
        """The last half second."""
        self.sounded_s = 0.0
        """For how long something other than silence was heard."""

    def say(self, samples: Samples, *, again: bool = False) -> None:
        self._speech.say(samples, again=again)

    @property
    def silent(self) -> bool:
        return self._speech.silent

    async def meet(self, peer: str, line: int, *, offer: bool = True) -> None:
        """A connection with a peer, which it begins if `offer`; one before is thrown away."""
        await self.close()
        self._about = {"t": "signal", "peer": peer, "line": line}
        connection = self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._speech = self._speech.once_more()
        connection.addTrack(self._speech)
        connection.on("track", self._hears)
        if offer:
            await connection.setLocalDescription(await connection.createOffer())
            self._describe(connection)

    async def hear(self, frame: Json) -> None:
        """A signal about its connection: one about another is dropped."""
        connection, description = self._connection, frame.get("description")
        if connection is None or frame.get("line") != self._about.get("line"):
            return
        if description is not None:
            await connection.setRemoteDescription(
                RTCSessionDescription(description["sdp"], description["type"])
            )
            if description["type"] == "offer":
                await connection.setLocalDescription(await connection.createAnswer())
                self._describe(connection)
        elif (told := candidate_of(frame.get("candidate"))) is not None:
            await connection.addIceCandidate(told)

    def _describe(self, connection: RTCPeerConnection) -> None:
        told = connection.localDescription
        self._tell(self._about | {"description": {"type": told.type, "sdp": told.sdp}})

    def _hears(self, track: MediaStreamTrack) -> None:
        self._listening = asyncio.get_running_loop().create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            assert isinstance(frame, AudioFrame)
            for samples in samples_of(frame):
                self.heard.append(samples)
                if int(np.abs(samples).max()) > 200:
                    self.sounded_s += FRAME_S

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()
