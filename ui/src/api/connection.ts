/** Whether the page hears the server, for the bar that says so and for what waits to be sent. */
export interface Connection {
  state: "off" | "connecting" | "live" | "lost";
  /** Since when it is lost, by this machine's clock. */
  lost_ms: number | null;
  /** Last word from the server, by this machine's clock. */
  heard_ms: number | null;
  /** When the next try starts, by this machine's clock. */
  retry_ms: number | null;
}

let connection: Connection = { state: "off", lost_ms: null, heard_ms: null, retry_ms: null };
const listeners = new Set<() => void>();

export const connectionStore = {
  get: (): Connection => connection,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  set: (next: Partial<Connection>): void => {
    connection = { ...connection, ...next };
    for (const listener of listeners) listener();
  },
};
export const isLive = (): boolean => connection.state === "live";
