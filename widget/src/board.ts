/**
 * What two draw together, over a screen or on white: strokes, and a place pointed at. It draws nothing itself.
 *
 * Places are shares of the picture (0 to 1), so that it looks alike on a phone and on a wide screen. What comes from the other side is
 * checked before it counts: its browser may run anything.
 */

export interface Stroke {
  id: number;
  /** One of two colours. */
  ink: 0 | 1;
  /** x, y, x, y … */
  points: number[];
}

/** What travels. `fresh` comes before all strokes of a side are told anew. */
export type BoardMessage =
  | { t: "ink"; id: number; ink: 0 | 1; points: number[] }
  | { t: "undo"; id: number }
  | { t: "clear" }
  | { t: "fresh" }
  | { t: "point"; at: [number, number] | null };

export const MESSAGE_CHARS_MAX = 4_000;
const NUMBERS_MAX = 200;
const STROKE_NUMBERS_MAX = 4_000;
const STROKES_MAX = 400;
const MESSAGES_A_SECOND_MAX = 90;
/** Closer than this two points of a stroke are one. */
const NEAR = 0.002;

const isShare = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 1;
const isId = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1e9;
const rounded = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;

/** A message of the board, or null for what no page of ours sends. */
export function readMessage(told: Record<string, unknown>): BoardMessage | null {
  const { t, id, ink, points, at } = told;
  switch (t) {
    case "ink":
      if (!isId(id) || (ink !== 0 && ink !== 1) || !Array.isArray(points)) return null;
      if (points.length < 2 || points.length > NUMBERS_MAX || points.length % 2 || !points.every(isShare)) return null;
      return { t, id, ink, points: points as number[] };
    case "undo":
      return isId(id) ? { t, id } : null;
    case "clear":
    case "fresh":
      return { t };
    case "point":
      if (at === null) return { t, at };
      return Array.isArray(at) && at.length === 2 && at.every(isShare) ? { t, at: at as [number, number] } : null;
    default:
      return null;
  }
}

export class Board {
  readonly mine = new Map<number, Stroke>();
  readonly theirs = new Map<number, Stroke>();
  pointed: { mine: [number, number] | null; theirs: [number, number] | null } = { mine: null, theirs: null };
  private next = 0;
  private unsent: number[] = [];
  private current: Stroke | null = null;
  private heard = { since_ms: 0, count: 0 };

  constructor(
    private readonly send: (message: BoardMessage) => void,
    private readonly changed: () => void,
  ) {}

  get strokes(): Stroke[] {
    return [...this.theirs.values(), ...this.mine.values()];
  }

  begin(ink: 0 | 1, x: number, y: number): void {
    if (this.mine.size >= STROKES_MAX) return;
    this.current = { id: this.next++, ink, points: [] };
    this.mine.set(this.current.id, this.current);
    this.to(x, y);
  }

  to(x: number, y: number): void {
    const { current } = this;
    if (!current || current.points.length >= STROKE_NUMBERS_MAX) return;
    const [a, b] = current.points.slice(-2) as [number?, number?];
    if (a !== undefined && b !== undefined && Math.hypot(x - a, y - b) < NEAR) return;
    current.points.push(rounded(x), rounded(y));
    this.unsent.push(rounded(x), rounded(y));
    if (this.unsent.length >= NUMBERS_MAX) this.flush();
    this.changed();
  }

  end(): void {
    this.flush();
    this.current = null;
  }

  /** Tells what was drawn since the last time; called once a frame. */
  flush(): void {
    if (!this.current || !this.unsent.length) return;
    this.send({ t: "ink", id: this.current.id, ink: this.current.ink, points: this.unsent });
    this.unsent = [];
  }

  point(at: [number, number] | null): void {
    this.pointed.mine = at && [rounded(at[0]), rounded(at[1])];
    this.send({ t: "point", at: this.pointed.mine });
    this.changed();
  }

  undo(): void {
    const last = [...this.mine.keys()].at(-1);
    if (last === undefined) return;
    this.mine.delete(last);
    this.send({ t: "undo", id: last });
    this.changed();
  }

  clear(): void {
    this.wipe();
    this.send({ t: "clear" });
    this.changed();
  }

  private wipe(): void {
    this.mine.clear();
    this.theirs.clear();
    this.pointed = { mine: null, theirs: null };
    this.current = null;
    this.unsent = [];
  }

  /** All of one's own strokes, for a connection that is new. */
  tellAll(): void {
    this.send({ t: "fresh" });
    for (const { id, ink, points } of this.mine.values())
      for (let at = 0; at < points.length; at += NUMBERS_MAX) this.send({ t: "ink", id, ink, points: points.slice(at, at + NUMBERS_MAX) });
    if (this.pointed.mine) this.send({ t: "point", at: this.pointed.mine });
  }

  hear(message: BoardMessage, now_ms: number): void {
    if (now_ms - this.heard.since_ms >= 1000) this.heard = { since_ms: now_ms, count: 0 };
    // More than a hand can draw; a whole board told anew comes in one go.
    if (++this.heard.count > MESSAGES_A_SECOND_MAX + STROKES_MAX) return;
    const { theirs } = this;
    switch (message.t) {
      case "ink": {
        const known = theirs.get(message.id);
        if (known) known.points.length < STROKE_NUMBERS_MAX && known.points.push(...message.points);
        else if (theirs.size < STROKES_MAX) theirs.set(message.id, { id: message.id, ink: message.ink, points: [...message.points] });
        break;
      }
      case "undo": theirs.delete(message.id); break;
      case "clear": this.wipe(); break;
      case "fresh": theirs.clear(); this.pointed.theirs = null; break;
      case "point": this.pointed.theirs = message.at;
    }
    this.changed();
  }
}
