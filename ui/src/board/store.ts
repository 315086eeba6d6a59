import { setServerNow } from "../api/clock";
import type { Alert, Delta, Dot, Person, Today, Whole } from "./model";

/** The board as the stream tells it: the whole first, then what changes. `lost` since the line was cut. */
export interface Live {
  whole: Whole | null;
  contacts: ReadonlyMap<number, Dot>;
  people: ReadonlyMap<number, Person>;
  today: Today;
  alerts: readonly Alert[];
  /** Grows with each change of notices: who shows them asks again. */
  notices: number;
  lost: boolean;
  heard_ms: number | null;
  refused: boolean;
}
const NOTHING: Live = {
  whole: null, contacts: new Map(), people: new Map(), today: { queues: [], closed: [], counting: true }, alerts: [], notices: 0,
  lost: false, heard_ms: null, refused: false,
};
const WAITS_MS = [500, 1000, 2000, 4000, 8000, 15_000];
/** The server sends something at least each 5 s. */
const SILENCE_MS = 12_000;

let live: Live = NOTHING;
let source: EventSource | null = null;
let tries = 0;
let watchers = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let watch: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function set(change: Partial<Live>): void {
  live = { ...live, ...change };
  for (const listener of listeners) listener();
}

function begin(whole: Whole): void {
  setServerNow(whole.now_ms);
  set({
    whole, today: whole.today, lost: false, refused: false,
    contacts: new Map(whole.contacts.map((one) => [one.id, one])),
    people: new Map(whole.people.map((one) => [one.id, one])),
  });
}
function change(delta: Delta): void {
  const contacts = new Map(live.contacts);
  for (const one of delta.contacts) contacts.set(one.id, one);
  for (const id of delta.gone) contacts.delete(id);
  let people = live.people;
  if (delta.people.length) {
    const next = new Map(people);
    for (const one of delta.people) {
      const known = next.get(one.id);
      if (known) next.set(one.id, { ...known, ...one });
    }
    people = next;
  }
  set({ contacts, people });
}

function open(): void {
  source?.close();
  clearTimeout(retry);
  const stream = new EventSource("/api/v1/board/stream", { withCredentials: true });
  source = stream;
  const on = (name: string, take: (data: never) => void): void =>
    stream.addEventListener(name, (event: MessageEvent<string>) => {
      if (source !== stream) return;
      tries = 0;
      take(JSON.parse(event.data) as never);
      live = { ...live, heard_ms: Date.now() };
    });
  on("board", begin);
  on("delta", change);
  on("today", (today: Today) => set({ today }));
  on("alerts", ({ items }: { items: Alert[] }) => set({ alerts: items }));
  on("notices", () => set({ notices: live.notices + 1 }));
  on("beat", ({ now_ms }: { now_ms: number }) => setServerNow(now_ms));
  stream.onerror = () => {
    if (source === stream) lose();
  };
}
function lose(): void {
  source?.close();
  source = null;
  const wait_ms = WAITS_MS[Math.min(tries, WAITS_MS.length - 1)] ?? 15_000;
  tries += 1;
  // A single blink is not worth grey figures.
  if (tries > 1 || !live.whole) set({ lost: true, refused: !live.whole });
  clearTimeout(retry);
  retry = setTimeout(open, wait_ms);
}
/** The machine itself says that it has no line: no need to wait for silence. */
function cut(): void {
  tries = Math.max(tries, 1);
  lose();
}
function shut(): void {
  window.removeEventListener("offline", cut);
  window.removeEventListener("online", open);
  source?.close();
  source = null;
  clearTimeout(retry);
  clearInterval(watch);
}

export const boardStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    watchers += 1;
    if (watchers === 1) {
      open();
      window.addEventListener("offline", cut);
      window.addEventListener("online", open);
      watch = setInterval(() => {
        if (source && live.heard_ms && Date.now() - live.heard_ms > SILENCE_MS) cut();
      }, 3000);
    }
    return () => {
      listeners.delete(listener);
      watchers -= 1;
      if (watchers === 0) {
        shut();
        live = NOTHING;
      }
    };
  },
  get: (): Live => live,
  again: open,
};
