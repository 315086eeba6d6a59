import { connectionStore } from "./connection";
import { setServerNow } from "./clock";

/** The one stream of a page: it comes back by itself, says when it is lost, and hands each event to `receive`. */
export type Receive = (name: string, data: unknown) => void;

const EVENTS = ["hello", "pulled_back", "desk", "message", "contact", "typing", "viewers", "delivery", "queues", "settings", "notices", "notified", "job", "twin"] as const;
const WAITS_MS = [1000, 2000, 3000, 5000, 8000, 15_000];
/** Silence after which the server is asked whether it still answers, and the time given to answer. */
const SILENCE_MS = 20_000;
const ANSWER_MS = 2500;

/** `onLive` runs each time the stream is there, the first time included. */
export function openStream(receive: Receive, onLive: () => void): { close: () => void; retry: () => void } {
  let source: EventSource | null = null;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const heard = (): void => connectionStore.set({ heard_ms: Date.now() });

  function live(): void {
    tries = 0;
    connectionStore.set({ state: "live", lost_ms: null, retry_ms: null, heard_ms: Date.now() });
    onLive();
  }
  function lose(): void {
    source?.close();
    source = null;
    clearTimeout(timer);
    const wait_ms = WAITS_MS[Math.min(tries, WAITS_MS.length - 1)] ?? 15_000;
    tries += 1;
    const { lost_ms } = connectionStore.get();
    connectionStore.set({ state: "lost", lost_ms: lost_ms ?? Date.now(), retry_ms: Date.now() + wait_ms });
    timer = setTimeout(open, wait_ms);
  }
  function open(): void {
    source?.close();
    clearTimeout(timer);
    connectionStore.set({ retry_ms: null, ...(connectionStore.get().lost_ms ? {} : { state: "connecting" as const }) });
    const stream = new EventSource("/api/v1/stream", { withCredentials: true });
    source = stream;
    stream.onerror = () => source === stream && lose();
    for (const name of EVENTS) {
      stream.addEventListener(name, (event: MessageEvent<string>) => {
        if (source !== stream) return;
        heard();
        const data: unknown = JSON.parse(event.data);
        if (name === "hello") {
          setServerNow((data as { now_ms: number }).now_ms);
          live();
        }
        receive(name, data);
      });
    }
  }
  async function watch(): Promise<void> {
    const { state, heard_ms } = connectionStore.get();
    if (state !== "live" || Date.now() - (heard_ms ?? 0) < SILENCE_MS) return;
    try {
      await fetch("/api/v1/session", { signal: AbortSignal.timeout(ANSWER_MS), headers: { "X-Affluent": "1" } });
      heard();
    } catch {
      lose();
    }
  }
  const watcher = setInterval(() => void watch(), 5000);
  const online = (): void => open();
  const offline = (): void => lose();
  window.addEventListener("online", online);
  window.addEventListener("offline", offline);
  open();

  return {
    retry: open,
    close: () => {
      source?.close();
      source = null;
      clearTimeout(timer);
      clearInterval(watcher);
      window.removeEventListener("online", online);
      window.removeEventListener("offline", offline);
      connectionStore.set({ state: "off", lost_ms: null, retry_ms: null });
    },
  };
}
