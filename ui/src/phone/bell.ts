/** The bell of the telephone: two notes, a rest, again, on the device that was chosen for it. There is no file. */
import { chosenNow } from "./devices";

const EVERY_MS = 3_000;
/** A context that can sound elsewhere than the rest of the machine; not every browser has it. */
type Sounding = AudioContext & { setSinkId?: (id: string) => Promise<void> };

let sound: Sounding | null = null;
let again: ReturnType<typeof setInterval> | undefined;

/** Rings once. Silent until the page was touched: browsers have it so. */
export function ringOnce(): void {
  if (!navigator.userActivation.hasBeenActive) return;
  try {
    sound ??= new AudioContext();
    void sound.setSinkId?.(chosenNow().bell).catch(() => undefined);
    void sound.resume();
    for (const [at, hertz] of [[0, 587], [0.22, 784], [0.44, 587], [0.66, 784]] as const) pluck(sound, sound.currentTime + at, hertz);
  } catch {
    // No sound on this machine: the frame, the title and the live region still tell.
  }
}

export function ringing(on: boolean): void {
  if (on === (again !== undefined)) return;
  clearInterval(again);
  again = undefined;
  if (!on) return;
  again = setInterval(ringOnce, EVERY_MS);
  ringOnce();
}

function pluck(on: AudioContext, at_s: number, hertz: number): void {
  const tone = new OscillatorNode(on, { type: "triangle", frequency: hertz });
  const loud = new GainNode(on, { gain: 0.0001 });
  loud.gain.setValueAtTime(0.0001, at_s);
  loud.gain.exponentialRampToValueAtTime(0.2, at_s + 0.02);
  loud.gain.exponentialRampToValueAtTime(0.0001, at_s + 0.3);
  tone.connect(loud).connect(on.destination);
  tone.start(at_s);
  tone.stop(at_s + 0.32);
}
