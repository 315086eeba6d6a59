"""The centre's end of the connection with one browser."""

import asyncio
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import structlog
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceCandidate,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp
from av import AudioFrame

from affluent.channels.voice.relay.sounds import FRAME, RATE, Samples, silence
from affluent.channels.voice.relay.ways import without_network

WAITING = 5
"""So many frames may wait to be sent: whoever's network is slow loses sound, and does not hear it late."""
CANDIDATES_MAX = 50
Json = dict[str, Any]
log = structlog.get_logger("affluent.voice")
without_network()


class Mouth(MediaStreamTrack):
    """The one track that a connection sends, of a fixed form; what it says is told frame by frame."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._frames: asyncio.Queue[Samples] = asyncio.Queue(WAITING)
        self._at = 0

    def say(self, frame: Samples) -> None:
        if self._frames.full():
            self._frames.get_nowait()
        self._frames.put_nowait(frame)

    async def recv(self) -> AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        samples = await self._frames.get()
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, Fraction(1, RATE)
        self._at += FRAME
        return frame


def samples_of(frame: AudioFrame) -> list[Samples]:
    """What a browser said, in frames of ours. What is no sound of Opus is silence."""
    if frame.sample_rate != RATE or frame.format.name != "s16":
        return [silence()]
    told = np.asarray(frame.to_ndarray(), np.int16).reshape(-1)
    if frame.layout.nb_channels == 2:
        told = told.reshape(-1, 2).mean(axis=1).astype(np.int16)
    return [told[at : at + FRAME] for at in range(0, len(told) - FRAME + 1, FRAME)]


def candidate_of(told: Json | None) -> RTCIceCandidate | None:
    """A way to a browser, as it tells it; None for the end of the list. Raises errors of every kind for nonsense."""
    if told is None or not told.get("candidate"):
        return None
    read = candidate_from_sdp(str(told["candidate"]).removeprefix("candidate:"))
    read.sdpMid, read.sdpMLineIndex = told.get("sdpMid"), told.get("sdpMLineIndex")
    return read


def _ways_changed(before: str, after: str) -> bool:
    """Whether a second offer begins the search for ways anew, which takes another connection here."""

    def names(sdp: str) -> set[str]:
        return {line for line in sdp.splitlines() if line.startswith("a=ice-ufrag:")}

    return names(before) != names(after)


class Peer:
    """A connection that a browser begins. `heard` is told what it says, `tell` what it is to know."""

    def __init__(
        self, heard: Callable[[Samples], None], tell: Callable[[Json], None], anew: Callable[[], None]
    ) -> None:
        self._heard = heard
        self._tell = tell
        self._anew = anew
        self._mouth = Mouth()
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._turn = asyncio.Lock()
        self._offer = ""
        self._candidates = 0
        self._listening: asyncio.Task[None] | None = None
        self._connection.on("track", self._hears)

    def say(self, frame: Samples) -> None:
        self._mouth.say(frame)

    async def signal(self, what: Json) -> None:
        """One after the other. What cannot be understood is dropped: the browser's next try says it again."""
        async with self._turn:
            try:
                await self._take(what)
            except Exception as fault:
                # The library answers what a hostile page writes with errors of every kind.
                log.info("relay_signal_dropped", fault=repr(fault)[:200])

    async def _take(self, what: Json) -> None:
        told = what.get("description")
        if told is not None:
            if told["type"] == "offer":
                await self._answer(told["sdp"])
            return
        candidate = candidate_of(what.get("candidate"))
        self._candidates += 1
        if candidate is not None and self._candidates <= CANDIDATES_MAX:
            await self._connection.addIceCandidate(candidate)

    async def _answer(self, sdp: str) -> None:
        if self._offer and _ways_changed(self._offer, sdp):
            self._anew()
            return
        connection = self._connection
        first, self._offer = not self._offer, sdp
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        if first:
            connection.addTrack(self._mouth)
            opus = [
                one for one in RTCRtpSender.getCapabilities("audio").codecs if one.mimeType == "audio/opus"
            ]
            for transceiver in connection.getTransceivers():
                if transceiver.kind == "audio":
                    transceiver.setCodecPreferences(opus)
        answer = await connection.createAnswer()
        await connection.setLocalDescription(answer)
        self._tell({"description": {"type": "answer", "sdp": connection.localDescription.sdp}})

    def _hears(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio" and self._listening is None:
            self._listening = asyncio.get_running_loop().create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, AudioFrame):
                for samples in samples_of(frame):
                    self._heard(samples)

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
        await self._connection.close()
