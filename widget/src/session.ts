/** One visitor's conversation: the socket, what is unacknowledged, what was seen. It draws nothing. */
import type { Agent, Channel, ChatFile, ClientFrame, Message, Place, ServerFrame, State } from "./protocol";
import { change, load, type Unsent } from "./stored";

const PING_MS = 20_000;
const SILENCE_MS = 45_000;
const RETRY_LEAST_MS = 1_000;
const RETRY_MOST_MS = 30_000;
const TYPING_MS = 4_000;

/** A random key of 128 bits; `crypto.randomUUID` exists only on pages served over TLS. */
const fresh = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");

/** Unsent, or refused with the centre's reason. */
export type Pending = Unsent & { refused?: string };

export class Session {
  state: State = "new";
  agent: Agent = null;
  place: Place = null;
  channel: Channel | null = null;
  messages: Message[] = [];
  pending: Pending[] = [];
  typing = "";
  read = 0;
  delivered = 0;
  linked = false;
  /** The site or its address is unknown to the centre: no retry would help. */
  gone = false;
  notice = "";
  seen: number;
  colour: string;
  token: string | null;

  private socket: WebSocket | null = null;
  private since = 0;
  private tries = 0;
  private heard_ms = 0;
  private typed_ms = 0;
  private retry = 0;
  private quiet = 0;

  constructor(
    readonly base: string,
    readonly site: string,
    readonly lang: string,
    readonly changed: () => void,
  ) {
    ({ token: this.token, seen: this.seen, colour: this.colour } = load(this.slot));
    addEventListener("online", () => this.socket || !this.retry || this.connect());
    addEventListener("storage", ({ key }) => key === this.slot && this.follow());
    setInterval(() => this.beat(), PING_MS);
  }

  get slot(): string {
    return `affluent:${this.site}`;
  }

  get unread(): number {
    return this.messages.filter((message) => message.from === "agent" && message.seq > this.seen).length;
  }

  connect(): void {
    if (this.socket || this.gone) return;
    clearTimeout(this.retry);
    const socket = new WebSocket(`${this.base.replace(/^http/, "ws")}/chat/v1/socket?site=${this.site}&lang=${this.lang}`);
    this.socket = socket;
    this.heard_ms = Date.now();
    socket.onopen = () => {
      this.token = load(this.slot).token;
      // The query of the page's address may hold what is nobody's business.
      const page = location.origin + location.pathname;
      this.send({ t: "hello", token: this.token, since: this.since, page, lang: this.lang });
    };
    socket.onmessage = ({ data }) => {
      this.heard_ms = Date.now();
      this.take(JSON.parse(data));
      this.changed();
    };
    socket.onclose = ({ code }) => {
      if (code === 4401) {
        change(this.slot, (stored) => Object.assign(stored, { token: null, seen: 0 }));
        this.forget();
      }
      this.gone = code === 4403 || code === 4404;
      if (code === 4429) this.tries += 3;
      this.drop();
    };
  }

  /** Keeps `text` until the centre acknowledges it, through cuts and page reloads. */
  say(text: string, files: ChatFile[], who: { name?: string; email?: string }): void {
    const unsent: Unsent = { key: fresh(), text, files, at_ms: Date.now(), ...who };
    change(this.slot, (stored) => stored.unsent.push(unsent));
    this.pending.push(unsent);
    this.typed_ms = 0;
    this.notice = "";
    this.put(unsent);
    this.changed();
  }

  /** Takes a refused message back, for the visitor to write it otherwise. */
  discard(key: string): void {
    this.pending = this.pending.filter((unsent) => unsent.key !== key);
    change(this.slot, (stored) => (stored.unsent = stored.unsent.filter((unsent) => unsent.key !== key)));
  }

  write(on: boolean): void {
    const now_ms = Date.now();
    if (on ? now_ms - this.typed_ms < TYPING_MS : !this.typed_ms) return;
    this.typed_ms = on ? now_ms : 0;
    this.send({ t: "typing", on });
  }

  leave(): void {
    this.send({ t: "leave" });
  }

  /** The visitor sees the conversation: the centre and the other tabs learn it. */
  look(): void {
    const last = this.messages.reduce((seq, message) => (message.from === "customer" ? seq : message.seq), 0);
    if (!this.linked || last <= this.seen) return;
    this.seen = last;
    change(this.slot, (stored) => (stored.seen = Math.max(stored.seen, last)));
    this.send({ t: "read", seq: last });
  }

  async upload(file: File): Promise<ChatFile> {
    const body = new FormData();
    body.append("file", file);
    const answer = await fetch(`${this.base}/chat/v1/files?site=${this.site}`, {
      method: "POST",
      headers: { "X-Chat-Token": this.token || "" },
      body,
    });
    const given = await answer.json();
    if (!answer.ok) throw given.error.message;
    return given;
  }

  private send(frame: ClientFrame): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  private put({ key, text, files, name, email }: Unsent): void {
    if (this.linked)
      this.send({ t: "say", key, text, files: files.map(({ id }) => id), ...(name && { name }), ...(email && { email }) });
  }

  private take(frame: ServerFrame): void {
    if (frame.t === "welcome") this.welcome(frame);
    else if (frame.t === "message") this.add(frame.message);
    else if (frame.t === "ack") this.acknowledge(frame.key, frame.seq, frame.at_ms);
    else if (frame.t === "state" || frame.t === "channel") Object.assign(this, frame);
    else if (frame.t === "typing") {
      clearTimeout(this.quiet);
      this.typing = frame.on ? this.agent?.name || frame.who : "";
      this.quiet = setTimeout(() => ((this.typing = ""), this.changed()), TYPING_MS * 2);
    } else if (frame.t === "read") this.read = frame.seq;
    else if (frame.t === "delivered") this.delivered = frame.seq;
    else if (frame.t === "refused") this.refuse(frame.key, frame.message);
  }

  private welcome({ token, state, agent, place, channel, messages }: ServerFrame & { t: "welcome" }): void {
    Object.assign(this, { token, state, agent, place, channel, colour: channel.colour, linked: true, tries: 0 });
    messages.forEach((message) => this.add(message));
    change(this.slot, (stored) => {
      stored.token = token;
      stored.colour = channel.colour;
      const known = new Set(this.pending.map(({ key }) => key));
      this.pending.push(...stored.unsent.filter(({ key }) => !known.has(key)));
    });
    // The centre knows each key: what it had already written is acknowledged again, not repeated.
    this.pending.forEach((unsent) => unsent.refused || this.put(unsent));
  }

  private add(message: Message): void {
    this.since = Math.max(this.since, message.seq);
    if (message.key) this.discard(message.key);
    if (message.from === "agent") this.typing = "";
    else if (message.read) this.read = Math.max(this.read, message.seq);
    this.messages = [...this.messages.filter(({ seq }) => seq !== message.seq), message].sort((a, b) => a.seq - b.seq);
  }

  private acknowledge(key: string, seq: number, at_ms: number): void {
    const unsent = this.pending.find((one) => one.key === key);
    // `since` stays: the answer to a later hello may still hold an earlier message of the agent.
    const since = this.since;
    if (this.state === "new") this.state = "waiting";
    if (unsent) this.add({ ...unsent, seq, at_ms, from: "customer", name: "", read: false });
    this.since = since;
  }

  private refuse(key: string | undefined, reason: string): void {
    const unsent = this.pending.find((one) => one.key === key);
    if (!unsent) this.notice = reason;
    else {
      this.discard(unsent.key);
      this.pending.push({ ...unsent, refused: reason });
    }
  }

  /** Another tab began a conversation or saw a message. */
  private follow(): void {
    const { token, seen } = load(this.slot);
    if (token && token !== this.token) {
      this.forget();
      this.drop();
    }
    this.seen = Math.max(this.seen, seen);
    this.changed();
  }

  private forget(): void {
    Object.assign(this, { messages: [], since: 0, read: 0, delivered: 0, seen: 0, state: "new" });
  }

  private beat(): void {
    if (Date.now() - this.heard_ms > SILENCE_MS) this.socket && this.drop();
    else this.send({ t: "ping" });
  }

  /** Lets the socket go and plans the next try: later each time, never in step with other visitors. */
  private drop(): void {
    if (this.socket) {
      this.socket.onclose = this.socket.onmessage = null;
      this.socket.close();
    }
    this.socket = null;
    this.linked = false;
    this.typing = "";
    const wait_ms = Math.min(RETRY_MOST_MS, RETRY_LEAST_MS * 2 ** this.tries++) * (0.5 + Math.random() / 2);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), wait_ms);
    this.changed();
  }
}
