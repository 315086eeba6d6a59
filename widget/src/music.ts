/**
 * Music for who waits, made as it is heard: four quiet chords, broken up, each note fading like a plucked string.
 * There is no file to fetch and nobody's recording to pay for.
 */

const NOTE_S = 0.42;
const LOUD = 0.05;
// Semitones above the A of 220 Hz: A minor seven, F major seven, C major, G with a sixth.
const CHORDS = [
  [0, 3, 7, 10, 15, 10, 7, 3],
  [-4, 3, 5, 8, 15, 8, 5, 3],
  [-9, 3, 7, 10, 15, 10, 7, 3],
  [-2, 2, 5, 7, 14, 7, 5, 2],
];

export class Music {
  private sound: AudioContext | null = null;
  private clock = 0;
  private next_s = 0;
  private at = 0;

  play(on: boolean): void {
    if (on === !!this.sound) return;
    clearInterval(this.clock);
    if (!on) {
      void this.sound?.close();
      this.sound = null;
      return;
    }
    this.sound = new AudioContext();
    this.next_s = 0.1;
    // A page in the background wakes once a second: the notes are laid out two seconds ahead.
    this.clock = setInterval(() => this.lay(), 500);
    this.lay();
  }

  /** After the visitor touched the page. */
  unblock(): void {
    void this.sound?.resume();
  }

  private lay(): void {
    const sound = this.sound!;
    this.next_s = Math.max(this.next_s, sound.currentTime);
    for (; this.next_s < sound.currentTime + 2; this.next_s += NOTE_S) {
      const chord = CHORDS[(this.at >> 3) % CHORDS.length]!;
      this.pluck(220 * 2 ** (chord[this.at++ % 8]! / 12), this.next_s);
    }
  }

  private pluck(hertz: number, at_s: number): void {
    const sound = this.sound!;
    const string = new OscillatorNode(sound, { type: "triangle", frequency: hertz });
    const fade = new GainNode(sound, { gain: 0 });
    fade.gain.setValueAtTime(0, at_s);
    fade.gain.linearRampToValueAtTime(LOUD, at_s + 0.02);
    fade.gain.exponentialRampToValueAtTime(0.0005, at_s + 1.6);
    string.connect(fade).connect(sound.destination);
    string.start(at_s);
    string.stop(at_s + 1.7);
  }
}
