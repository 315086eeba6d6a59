"""Asterisk's events as those of the port: what it calls channels, bridges and playbacks, as legs, rooms and plays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from affluent.channels.voice.asterisk import measured
from affluent.channels.voice.asterisk.endings import NO_SOUND, ending_of
from affluent.channels.voice.switch import (
    DigitHeard,
    LegArrived,
    LegEnded,
    LegJoined,
    LegLeft,
    LegRings,
    LegUp,
    PlayEnded,
    RecordingEnded,
    SwitchEvent,
)

INBOUND, DIALLED, SNOOP = "inbound", "dialled", "snoop"
"""How a channel came into our application, as its first argument says."""


@dataclass(slots=True)
class Leg:
    """A channel that is ours."""

    up: bool = False
    cause: int | None = None
    rings: bool = False


@dataclass
class Lines:
    """What is known of the channels of our application. Each leg's end is told once."""

    legs: dict[str, Leg] = field(default_factory=dict[str, Leg])
    stopped: set[str] = field(default_factory=set[str])
    """Plays that we stopped ourselves."""

    def told(self, event: Mapping[str, Any], now_ms: int) -> Iterator[SwitchEvent]:
        """The events of the port that one of Asterisk's stands for: none, or one."""
        channel: Mapping[str, Any] = event.get("channel") or {}
        leg = str(channel.get("id", ""))
        match event.get("type"):
            case "StasisStart":
                yield from self._starts(event, channel, leg, now_ms)
            case "ChannelStateChange" | "Dial" if leg in self.legs and channel.get("state") == "Ringing":
                if not self.legs[leg].rings:
                    self.legs[leg].rings = True
                    yield LegRings(leg, now_ms)
            case "ChannelHangupRequest" if leg in self.legs:
                self.legs[leg].cause = _cause(event) or self.legs[leg].cause
            case "StasisEnd" | "ChannelDestroyed" if leg in self.legs:
                known = self.legs.pop(leg)
                cause = event.get("cause") or known.cause
                yield LegEnded(leg, now_ms, ending_of(cause, was_up=known.up))
            case "ChannelDtmfReceived" if leg in self.legs:
                yield DigitHeard(leg, now_ms, str(event.get("digit", "")))
            case "ChannelEnteredBridge" if leg in self.legs:
                yield LegJoined(leg, now_ms, str(event["bridge"]["id"]))
            case "ChannelLeftBridge" if leg in self.legs:
                yield LegLeft(leg, now_ms, str(event["bridge"]["id"]))
            case measured.MEASURED if leg in self.legs:
                yield measured.quality(leg, event["statistics"], now_ms)
            case "PlaybackFinished":
                yield from self._played(event["playback"], now_ms)
            case "RecordingFinished" | "RecordingFailed":
                yield _recorded(event, now_ms)
            case _:
                pass

    def _starts(
        self, event: Mapping[str, Any], channel: Mapping[str, Any], leg: str, now_ms: int
    ) -> Iterator[SwitchEvent]:
        args = [str(one) for one in event.get("args") or ()]
        kind = args[0] if args else INBOUND
        if kind == DIALLED:
            self.legs.setdefault(leg, Leg()).up = True
            yield LegUp(leg, now_ms)
        elif kind == INBOUND:
            self.legs[leg] = Leg(up=True)
            yield arrival(channel, args[1] if len(args) > 1 else "", now_ms)

    def _played(self, playback: Mapping[str, Any], now_ms: int) -> Iterator[SwitchEvent]:
        name = str(playback["id"])
        kind, _, leg = str(playback.get("target_uri", "")).partition(":")
        if kind == "channel":
            stopped = name in self.stopped
            self.stopped.discard(name)
            yield PlayEnded(leg, now_ms, name, stopped)


def _cause(event: Mapping[str, Any]) -> int | None:
    """The Q.850 cause of a request to hang up.

    A soft one comes from Asterisk itself, with the reason as a flag: 1 is the device, from which no sound came.
    """
    cause: int | None = event.get("cause")
    return NO_SOUND if event.get("soft") and cause == 1 else cause


def arrival(channel: Mapping[str, Any], door: str, now_ms: int) -> LegArrived:
    caller: Mapping[str, Any] = channel.get("caller") or {}
    called = door or str((channel.get("dialplan") or {}).get("exten", ""))
    return LegArrived(str(channel["id"]), now_ms, str(caller.get("number", "")), called)


def _recorded(event: Mapping[str, Any], now_ms: int) -> RecordingEnded:
    recording: Mapping[str, Any] = event["recording"]
    failed = str(recording.get("cause") or "failed") if event["type"] == "RecordingFailed" else ""
    return RecordingEnded(now_ms, str(recording["name"]), int(recording.get("duration") or 0) * 1000, failed)
