"""The one form of sound that telephones play here: WAV, 8 kHz, one channel, 16 bits."""

import io
import wave
from collections.abc import Sequence

import numpy as np
from scipy.signal import resample_poly

RATE = 8_000
_BYTES = 2
_QUIET = 300
"""Samples below this are silence, of 32,767."""
_EDGE_MS = 30
_BIAS, _CLIP = 132, 32_635
Samples = np.ndarray[tuple[int], np.dtype[np.int16]]


def as_wav(samples: Samples) -> bytes:
    told = io.BytesIO()
    with wave.open(told, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(_BYTES)
        out.setframerate(RATE)
        out.writeframes(samples.astype("<i2").tobytes())
    return told.getvalue()


def samples_of(sound: bytes) -> Samples:
    """The samples of a WAV in our form."""
    with wave.open(io.BytesIO(sound)) as read:
        assert (read.getframerate(), read.getnchannels(), read.getsampwidth()) == (RATE, 1, _BYTES)
        return np.frombuffer(read.readframes(read.getnframes()), dtype="<i2").astype(np.int16)


def at_our_rate(samples: Samples, rate: int) -> Samples:
    """Resampled with a low-pass filter, so that nothing above 4 kHz folds back."""
    if rate == RATE:
        return samples
    told = resample_poly(samples.astype(np.float64), RATE, rate)
    return np.clip(np.rint(told), -32_768, 32_767).astype(np.int16)


def trimmed(samples: Samples) -> Samples:
    """Without the silence at both ends but a little, so that fragments follow each other like speech."""
    (loud,) = np.nonzero(np.abs(samples.astype(np.int32)) > _QUIET)
    if loud.size == 0:
        return samples[:0]
    edge = RATE * _EDGE_MS // 1_000
    return samples[max(0, int(loud[0]) - edge) : int(loud[-1]) + edge]


def joined(parts: Sequence[Samples], pause_ms: int = 40) -> Samples:
    """One after the other, with a short pause between."""
    pause = np.zeros(RATE * pause_ms // 1_000, dtype=np.int16)
    told: list[Samples] = []
    for part in parts:
        told += [pause, part] if told else [part]
    return np.concatenate(told) if told else pause[:0]


def packed(sound: bytes) -> bytes:
    """A WAV in half the room: mu-law (ITU-T G.711), as telephones carry it anyway."""
    samples = samples_of(sound).astype(np.int32)
    sign = np.where(samples < 0, 0x80, 0)
    biased = np.minimum(np.abs(samples), _CLIP) + _BIAS
    exponent = np.floor(np.log2(biased)).astype(np.int32) - 7
    mantissa = (biased >> (exponent + 3)) & 0x0F
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8).tobytes()


def unpacked(told: bytes) -> bytes:
    """The WAV that was packed, as telephones hear it."""
    codes = ~np.frombuffer(told, dtype=np.uint8).astype(np.int32) & 0xFF
    exponent, mantissa = (codes >> 4) & 7, codes & 0x0F
    size = (((mantissa << 3) + _BIAS) << exponent) - _BIAS
    return as_wav(np.where(codes & 0x80, -size, size).astype(np.int16))
