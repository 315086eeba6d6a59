/** One visitor's call: the microphone, the socket, the other parties. It draws nothing. */
import type { CallChannel, CallClientFrame, CallServerFrame, CallState, Ending, Met, Quality } from "./callframes";
import { keepCall, keptCall, type Kept } from "./keptcall";
import { Music } from "./music";
import { Peers } from "./peers";
import type { ShareFrame, Shares } from "./sharing";

const PING_MS = 10_000;
const SILENCE_MS = 25_000;
const QUALITY_MS = 5_000;
const RETRY_LEAST_MS = 500;
const RETRY_MOST_MS = 5_000;

/** Why there is no voice: the name the browser gives it, or our own for a page it trusts with no microphone. */
export type NoVoice = "blocked" | "none" | "taken" | "unsafe";

const WHY: { [name: string]: NoVoice } = { NotAllowedError: "blocked", SecurityError: "blocked", NotFoundError: "none", OverconstrainedError: "none" };

const fresh = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");

export class CallSession {
  state: CallState = "idle";
  agent: { name: string } | null = null;
  place: { ahead: number; wait?: string | null } | null = null;
  channel: CallChannel | null = null;
  ending: Ending | "moved" | undefined;
  quality: Quality | null = null;
  peers: Peers | null = null;
  /** The browser asks the visitor for the microphone now. */
  asking = false;
  silent: NoVoice | null = null;
  muted = false;
  /** Whether the music may be heard while one waits. */
  tune = true;
  linked = false;
  gone = false;
  notice = "";
  /** The sound passes through the centre: it plays its own music, speaks, and hears keys. */
  centre = false;
  talking_ms = 0;
  /** Whether the file of pictures and boards is there: only who shares needs it. */
  pictures: "" | "loading" | "there" = "";

  /** Who may be shown something, and what they asked before the file was there. */
  private readonly met = new Map<string, Met>();
  private early: ShareFrame[] = [];
  private shares: Shares | null = null;
  private socket: WebSocket | null = null;
  private voice: MediaStream | null = null;
  private servers: RTCIceServer[] = [];
  private key = "";
  private name = "";
  private token: string | null;
  private tries = 0;
  private heard_ms = 0;
  private retry = 0;
  /** A call hung up while the centre could not hear it. */
  private left: string | null = null;
  private readonly music = new Music();
  // A frame waits until the one before is done: after a reload the microphone comes before the first peer.
  private turn: Promise<void> = Promise.resolve();

  constructor(
    readonly base: string,
    readonly site: string,
    readonly lang: string,
    readonly changed: () => void,
  ) {
    const kept = this.kept();
    this.token = kept.token || null;
    this.talking_ms = kept.talking_ms || 0;
    addEventListener("online", () => this.retry && this.connect());
    setInterval(() => this.beat(), PING_MS);
    setInterval(() => void this.measure(), QUALITY_MS);
  }

  get up(): boolean {
    return /wai|tal|hel/.test(this.state);
  }

  /** The call that this tab had before it was loaded anew. */
  get resumes(): boolean {
    return !!this.token;
  }

  connect(): void {
    if (this.socket || this.gone) return;
    clearTimeout(this.retry);
    this.retry = 0;
    const socket = new WebSocket(`${this.base.replace(/^http/, "ws")}/call/v1/socket?site=${this.site}&lang=${this.lang}`);
    this.socket = socket;
    this.heard_ms = Date.now();
    // The query of the page's address may hold what is nobody's business.
    socket.onopen = () => this.send({ t: "hello", token: this.left || this.token, page: location.origin + location.pathname, lang: this.lang });
    socket.onmessage = ({ data }) => {
      this.heard_ms = Date.now();
      this.turn = this.turn.then(() => this.take(JSON.parse(data))).then(this.changed, this.changed);
    };
    socket.onclose = ({ code }) => {
      // Another tab of this visitor has the call now: to come back would take it away again.
      if (code === 4409) return this.end("moved"), this.rest();
      if (code === 4401) {
        if (!this.left) this.end("lost");
        this.left = null;
      }
      this.gone = code === 4403 || code === 4404;
      if (code === 4429) this.tries += 3;
      this.drop();
    };
  }

  /** Asks for the microphone, then for a call. */
  async call(name: string): Promise<void> {
    if (this.asking || this.up || this.key) return;
    // Who calls again is not asked again.
    this.name = name || this.name;
    this.notice = "";
    this.talking_ms = 0;
    this.ending = undefined;
    if (!(await this.open())) return;
    this.key = fresh();
    this.connect();
    this.ask();
    this.changed();
  }

  hang_up(): void {
    if (this.linked) this.send({ t: "hang_up" });
    else this.left = this.token;
    this.end("hung_up");
  }

  mute(on: boolean): void {
    this.muted = on;
    this.voice?.getAudioTracks().forEach((track) => (track.enabled = !on));
    this.changed();
  }

  tune_in(on: boolean): void {
    this.tune = on;
    this.listen();
    this.changed();
  }

  press(digit: string): void {
    this.send({ t: "digit", digit });
  }

  unblock(): void {
    this.peers?.unblock();
    this.music.unblock();
  }

  get shareable(): boolean {
    return this.met.size > 0;
  }

  /** Loads what shows pictures and boards. */
  show(): void {
    if (this.pictures) return;
    const file = document.createElement("script");
    file.src = `${this.base}/widget/affluent-share.js`;
    const done = (how: CallSession["pictures"]) => () => {
      this.pictures = how;
      this.changed();
    };
    file.onload = done("there");
    file.onerror = done("");
    document.head.append(file);
    done("loading")();
  }

  /** From now on it hears of what is shared; first of all what came before. */
  attend(shares: Shares): void {
    this.shares = shares;
    this.met.forEach((frame) => shares.meet(frame));
    this.early.forEach((frame) => shares.hear(frame));
    this.early = [];
  }

  /** Called and not yet told where it stands. */
  get calling(): boolean {
    return !!this.key && !this.up;
  }

  /** The panel is put away and nothing goes on: no connection is kept for it. */
  rest(): void {
    this.drop();
    clearTimeout(this.retry);
    this.retry = 0;
  }

  /** Takes the microphone; false when it cannot be had, and `silent` says why. */
  private async open(): Promise<boolean> {
    if (this.voice?.active) return true;
    this.silent = null;
    this.asking = true;
    this.changed();
    try {
      if (!navigator.mediaDevices) throw new DOMException("", "unsafe");
      this.voice = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
      this.mute(this.muted);
    } catch (reason) {
      const { name } = reason as DOMException;
      this.silent = name === "unsafe" ? name : WHY[name] || "taken";
    }
    this.asking = false;
    this.changed();
    return !this.silent;
  }

  private async take(frame: CallServerFrame): Promise<void> {
    switch (frame.t) {
      case "welcome":
        this.tries = 0;
        this.linked = true;
        this.channel = frame.channel;
        this.servers = frame.ice_servers;
        if (this.left) {
          this.send({ t: "hang_up" });
          this.left = null;
          break;
        }
        if (this.token && !/wai|tal|hel/.test(frame.state)) this.end("lost");
        else if (this.token) await this.resume();
        this.stand(frame);
        this.ask();
        break;
      case "called":
        this.keep({ token: (this.token = frame.token) });
        break;
      case "state":
        this.stand(frame);
        break;
      case "channel":
        this.channel = frame.channel;
        break;
      case "peer":
        this.peers?.meet(frame.peer, frame.line, frame.offer, true, !!frame.shares?.length);
        this.through(frame.peer, true);
        if (frame.shares?.length) this.met.set(frame.peer, frame);
        this.shares?.meet(frame);
        // Shared before this page was loaded anew: the file says that it is no more.
        if (frame.standing?.length) this.show();
        break;
      case "peer_gone":
        this.peers?.part(frame.peer);
        this.through(frame.peer, false);
        this.met.delete(frame.peer);
        this.shares?.part(frame.peer);
        break;
      case "share":
        if (this.shares) this.shares.hear(frame);
        else {
          this.early.push(frame);
          this.show();
        }
        break;
      case "signal":
        this.peers?.hear(frame.peer, frame.line, frame);
        break;
      case "refused":
        this.notice = frame.message;
        if (!this.up) this.end();
    }
  }

  private async resume(): Promise<void> {
    if (await this.open()) this.meet();
    else this.hang_up();
  }

  private meet(): void {
    this.peers ??= new Peers(this.voice!, this.servers, (peer, line, signal) => this.send({ t: "signal", peer, line, ...signal }), this.changed);
  }

  private stand({ state, agent, place, ending }: { state: CallState; agent: { name: string } | null; place: CallSession["place"]; ending?: Ending }): void {
    if (state === "over") return this.end(ending || "hung_up");
    // What was hung up here and not yet heard of there does not come back.
    if (state !== "idle" && !this.voice) return;
    if (state === "idle" && this.state === "over") return;
    Object.assign(this, { state, agent, place });
    if (state === "talking" && !this.talking_ms) this.keep({ ...this.kept(), talking_ms: (this.talking_ms = Date.now()) });
    this.listen();
  }

  private listen(): void {
    this.music.play(this.tune && !this.centre && (this.state === "waiting" || this.state === "held"));
  }

  private through(peer: string, on: boolean): void {
    if (peer === "centre") this.centre = on;
    this.listen();
  }

  private ask(): void {
    if (!this.key || this.token || !this.linked) return;
    this.meet();
    // The same key again after a cut: the centre makes one call of it.
    this.send({ t: "call", key: this.key, ...(this.name && { name: this.name }) });
  }

  private end(ending?: Ending | "moved"): void {
    if (this.up || this.token || ending) this.state = ending ? "over" : "idle";
    this.ending = ending;
    this.token = null;
    this.key = "";
    this.agent = this.place = this.quality = null;
    this.centre = false;
    this.keep({});
    this.shares?.close();
    this.met.clear();
    this.early = [];
    this.peers?.close();
    this.peers = null;
    this.voice?.getTracks().forEach((track) => track.stop());
    this.voice = null;
    this.listen();
    this.changed();
  }

  private async measure(): Promise<void> {
    if (this.state !== "talking" || !this.peers) return;
    const found = await this.peers.quality();
    if (!found) return;
    this.quality = found;
    this.send({ t: "quality", ...found });
    this.changed();
  }

  send(frame: CallClientFrame): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  private beat(): void {
    if (this.socket && Date.now() - this.heard_ms > SILENCE_MS) this.drop();
    else this.send({ t: "ping" });
  }

  /** Lets the socket go. During a call it comes back soon; before one, when the visitor opens the panel again. */
  private drop(): void {
    if (this.socket) {
      this.socket.onclose = this.socket.onmessage = null;
      this.socket.close();
    }
    this.socket = null;
    this.linked = false;
    const wait_ms = Math.min(RETRY_MOST_MS, RETRY_LEAST_MS * 2 ** this.tries++) * (0.5 + Math.random() / 2);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), wait_ms);
    this.changed();
  }

  // Of this tab alone: two tabs are two phones.
  private kept(): Kept {
    return keptCall(this.site);
  }

  private keep(kept: Kept): void {
    keepCall(this.site, kept);
  }
}
