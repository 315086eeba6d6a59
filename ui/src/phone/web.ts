/** Calls from browser to browser: the desk's side of `/call/v1/phone` (docs/reference/voice.md). */
import type { Signal } from "../../../widget/src/callframes";
import { Peers } from "../../../widget/src/peers";
import type { PeerTold, ShareFrame, Shares } from "../../../widget/src/sharing";
import { closeShares, openShares } from "../share/held";
import { chosenNow, microphone } from "./devices";
import type { Line, Phone, PhoneNow, PhoneState, Quality } from "./phone";

const PING_MS = 10_000;
const SILENCE_MS = 25_000;
const QUALITY_MS = 5_000;
const RETRY_LEAST_MS = 500;
const RETRY_MOST_MS = 8_000;
const MOVED = 4409;
const SIGNED_OUT = 4401;

type Frame = { leg: string } & (
  | { t: "ring"; up: boolean; contact_id: number | null; from_number: string; name: string }
  | { t: "up" }
  | { t: "gone"; ending: string }
  | { t: "mute"; on: boolean }
  | ({ t: "peer"; offer: boolean; speaks?: boolean } & PeerTold)
  | ShareFrame
  | { t: "peer_gone"; peer: string }
  | ({ t: "signal"; peer: string; line: number } & Signal)
);
type Told = Frame | { t: "welcome"; ice_servers: RTCIceServer[]; legs: string[] } | { t: "pong" } | { t: "refused"; code: string };

/** A line and what it needs: its voice, its connections, and the frames that wait until there is a voice. */
class WebLine {
  up = false;
  muted = false;
  quality: Quality | null = null;
  voice: MediaStream | null = null;
  peers: Peers | null = null;
  shares: Shares | null = null;
  /** Frames are taken one after the other: after a reload the microphone comes before the first peer. */
  turn: Promise<void> = Promise.resolve();

  constructor(readonly id: string, readonly contact_id: number | null, readonly number: string, readonly name: string) {}

  get shown(): Line {
    const { id, contact_id, number, name, up, muted, quality, peers } = this;
    return { id, contact_id, number, name, up, muted, quality, heard: peers?.heard ?? false, cut: peers?.cut ?? false, blocked: peers?.blocked ?? false };
  }

  close(): void {
    if (this.shares) closeShares(this.contact_id ?? 0, this.shares);
    this.shares = null;
    this.peers?.close();
    this.peers = null;
    this.voice?.getTracks().forEach((track) => track.stop());
    this.voice = null;
  }
}

export class WebPhone implements Phone {
  readonly kind = "web";
  private socket: WebSocket | null = null;
  private state: PhoneState = "off";
  private servers: RTCIceServer[] = [];
  private readonly lines = new Map<string, WebLine>();
  private tries = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private heard_ms = 0;
  private beats: ReturnType<typeof setInterval>[] = [];

  constructor(private readonly changed: () => void) {}

  now(): PhoneNow {
    const lines = [...this.lines.values()].map((line) => line.shown);
    const state = this.state !== "ready" ? this.state : lines.some((line) => line.up) ? "up" : lines.length > 0 ? "ringing" : "ready";
    return { state, lines };
  }

  start(): void {
    if (this.beats.length > 0) return;
    this.beats = [setInterval(() => this.beat(), PING_MS), setInterval(() => void this.measure(), QUALITY_MS)];
    addEventListener("online", this.back);
    this.connect();
  }

  stop(): void {
    this.beats.forEach(clearInterval);
    this.beats = [];
    removeEventListener("online", this.back);
    clearTimeout(this.retry);
    this.drop();
    this.forget();
    this.set("off");
  }

  takeHere(): void {
    if (this.state === "elsewhere") this.connect();
  }

  async answer(id: string): Promise<boolean> {
    const line = this.lines.get(id);
    if (!line || line.up) return true;
    const voice = await microphone();
    // Who rang may be gone while the browser asked for the microphone.
    if (!voice || !this.lines.has(id)) {
      voice?.getTracks().forEach((track) => track.stop());
      return Boolean(voice);
    }
    line.voice = voice;
    this.send({ t: "answer", leg: id });
    return true;
  }

  hangUp(id: string): void {
    this.send({ t: "hang_up", leg: id });
  }

  mute(id: string, on: boolean): void {
    const line = this.lines.get(id);
    if (!line) return;
    line.muted = on;
    line.voice?.getAudioTracks().forEach((track) => (track.enabled = !on));
    this.changed();
  }

  unblock(): void {
    for (const line of this.lines.values()) line.peers?.unblock();
  }

  async devicesChanged(): Promise<void> {
    for (const line of this.lines.values()) {
      line.peers?.play_on(chosenNow().speaker);
      if (!line.voice || !line.peers) continue;
      const voice = await microphone();
      if (!voice) continue;
      const before = line.voice;
      line.voice = voice;
      this.mute(line.id, line.muted);
      await line.peers.speak_with(voice);
      before.getTracks().forEach((track) => track.stop());
    }
  }

  private readonly back = (): void => {
    if (!this.socket && this.state === "registering") this.connect();
  };

  private connect(): void {
    clearTimeout(this.retry);
    this.set("registering");
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/call/v1/phone`);
    this.socket = socket;
    this.heard_ms = Date.now();
    socket.onopen = () => this.send({ t: "hello" });
    socket.onmessage = ({ data }) => {
      this.heard_ms = Date.now();
      this.take(JSON.parse(String(data)) as Told);
    };
    socket.onclose = ({ code }) => {
      this.socket = null;
      if (code === MOVED || code === SIGNED_OUT) {
        // To come back by itself would take the telephone away from the other tab again.
        this.forget();
        this.set(code === MOVED ? "elsewhere" : "off");
      } else this.later();
    };
  }

  /** Lets the socket go; the calls go on, and come back with it. */
  private drop(): void {
    if (!this.socket) return;
    this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
    this.socket = null;
  }

  private later(): void {
    this.set("registering");
    const wait_ms = Math.min(RETRY_MOST_MS, RETRY_LEAST_MS * 2 ** this.tries++) * (0.5 + Math.random() / 2);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), wait_ms);
  }

  private set(state: PhoneState): void {
    this.state = state;
    this.changed();
  }

  private forget(): void {
    for (const line of this.lines.values()) line.close();
    this.lines.clear();
  }

  private take(told: Told): void {
    switch (told.t) {
      case "welcome":
        this.tries = 0;
        this.servers = told.ice_servers;
        // What ended while the socket was away is not told any more.
        for (const line of [...this.lines.values()]) if (!told.legs.includes(line.id)) this.end(line.id);
        this.set("ready");
        break;
      case "ring": this.rings(told); break;
      case "gone": this.end(told.leg); break;
      case "pong": case "refused": break;
      default: this.ofLine(told);
    }
    this.changed();
  }

  private rings(told: Extract<Frame, { t: "ring" }>): void {
    const line = this.lines.get(told.leg) ?? new WebLine(told.leg, told.contact_id, told.from_number, told.name);
    this.lines.set(told.leg, line);
    if (told.up) this.isUp(line);
  }

  private end(id: string): void {
    this.lines.get(id)?.close();
    this.lines.delete(id);
  }

  private isUp(line: WebLine): void {
    line.up = true;
    line.turn = line.turn.then(async () => {
      line.voice ??= await microphone();
      if (!this.lines.has(line.id)) return line.close();
      if (line.peers) return;
      // Without a microphone one still hears the caller, and says so.
      const told = (peer: string, number: number, signal: Signal): void => this.send({ t: "signal", peer, line: number, ...signal });
      line.peers = new Peers(line.voice ?? new MediaStream(), this.servers, told, this.changed);
      line.shares = openShares(line.contact_id ?? 0, (peer) => line.peers?.line(peer), (frame) => this.send({ ...frame, leg: line.id }));
      line.peers.play_on(chosenNow().speaker);
      this.mute(line.id, line.muted);
    });
  }

  private ofLine(told: Exclude<Frame, { t: "ring" } | { t: "gone" }>): void {
    const line = this.lines.get(told.leg);
    if (!line) return;
    if (told.t === "up") return this.isUp(line);
    if (told.t === "mute") return this.mute(line.id, told.on);
    line.turn = line.turn.then(() => {
      if (told.t === "peer") {
        line.peers?.meet(told.peer, told.line, told.offer, told.speaks ?? true, Boolean(told.shares?.length));
        line.shares?.meet(told);
      } else if (told.t === "peer_gone") {
        line.peers?.part(told.peer);
        line.shares?.part(told.peer);
      } else if (told.t === "share") line.shares?.hear(told);
      else line.peers?.hear(told.peer, told.line, told);
      this.changed();
    });
  }

  private async measure(): Promise<void> {
    for (const line of this.lines.values()) {
      const found = line.up ? await line.peers?.quality() : null;
      if (!found) continue;
      line.quality = found;
      this.send({ t: "quality", leg: line.id, ...found });
    }
    this.changed();
  }

  private beat(): void {
    if (!this.socket) return;
    if (Date.now() - this.heard_ms > SILENCE_MS) {
      this.drop();
      this.later();
    } else this.send({ t: "ping" });
  }

  private send(frame: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }
}
