"""The voices of browsers in tests: tones that can be told apart."""

import math
import struct
import wave
from pathlib import Path

# Keeps the connections and the sockets of a page, and says which of the two tones comes in, if any.
EARS = """
const Plain = RTCPeerConnection;
window.lines = [];
RTCPeerConnection = function (...given) { const line = new Plain(...given); lines.push(line); return line; };
RTCPeerConnection.prototype = Plain.prototype;
window.pitch = async () => {
  const line = lines.filter((one) => one.connectionState === "connected").at(-1);
  const track = line?.getReceivers().map((one) => one.track).find((one) => one?.kind === "audio");
  if (!track) return 0;
  // Chromium gives no sound of a far track that no element plays.
  const player = Object.assign(new Audio(), { srcObject: new MediaStream([track]), muted: true });
  await player.play();
  const sound = new AudioContext();
  const ear = new AnalyserNode(sound, { fftSize: 4096, smoothingTimeConstant: 0 });
  sound.createMediaStreamSource(player.srcObject).connect(ear);
  const heard = new Float32Array(ear.frequencyBinCount);
  let best = [-70, 0];
  for (let turn = 0; turn < 14; turn++) {
    await new Promise((done) => setTimeout(done, 60));
    ear.getFloatFrequencyData(heard);
    heard.forEach((loud, at) => { if (loud > best[0]) best = [loud, at]; });
  }
  const hertz = best[1] * sound.sampleRate / ear.fftSize;
  await sound.close();
  return hertz;
};
"""


def bursts(place: Path, hertz: int) -> Path:
    """A sound of a tone for 0.3 s, silence for 0.2 s: a browser plays it again and again as its microphone."""
    rate = 48_000
    count, silence = rate * 3 // 10, rate // 5
    with wave.open(str(place), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        for _ in range(6):
            tone = (round(16_000 * math.sin(2 * math.pi * hertz * at / rate)) for at in range(count))
            file.writeframes(b"".join(struct.pack("<h", one) for one in tone) + bytes(2 * silence))
    return place
