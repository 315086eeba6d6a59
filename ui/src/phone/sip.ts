/** A telephone of an Asterisk in this browser: JsSIP registers an endpoint over a WebSocket; the sound goes between the two. */
import JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import { chosenNow, microphone } from "./devices";
import type { Line, Phone, PhoneNow, PhoneState, Quality, SipAccount } from "./phone";

const QUALITY_MS = 5_000;
const REGISTERED_S = 120;
type Player = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };
interface Received { type: string; kind?: string; packetsLost?: number; packetsReceived?: number; jitter?: number; nominated?: boolean; currentRoundTripTime?: number }

/** A session of SIP, with what is heard of it. */
class SipLine {
  voice: MediaStream | null = null;
  blocked = false;
  quality: Quality | null = null;
  readonly sound: Player = new Audio();
  private last = { lost: 0, got: 0 };

  constructor(readonly session: RTCSession) {}

  get shown(): Line {
    const { session } = this;
    const state = (session.connection as RTCPeerConnection | undefined)?.connectionState;
    return {
      id: session.id, contact_id: null, number: session.remote_identity.uri.user ?? "", name: session.remote_identity.display_name ?? "",
      up: session.isEstablished(), muted: Boolean(session.isMuted().audio), heard: state === "connected",
      cut: state === "disconnected" || state === "failed", blocked: this.blocked, quality: this.quality,
    };
  }

  hear(track: MediaStreamTrack, changed: () => void): void {
    this.sound.srcObject = new MediaStream([track]);
    this.moved();
    this.play(changed);
  }

  play(changed: () => void): void {
    this.sound.play().then(
      () => { this.blocked = false; changed(); },
      (reason: DOMException) => { this.blocked = reason.name === "NotAllowedError"; changed(); },
    );
  }

  moved(): void {
    void this.sound.setSinkId?.(chosenNow().speaker).catch(() => undefined);
  }

  close(): void {
    this.voice?.getTracks().forEach((track) => track.stop());
    this.sound.srcObject = null;
  }

  async measure(): Promise<void> {
    const found: Quality = { loss_percent: null, jitter_ms: null, round_trip_ms: null };
    const reports = await (this.session.connection as RTCPeerConnection | undefined)?.getStats();
    reports?.forEach((report: Received) => {
      if (report.type === "inbound-rtp" && report.kind === "audio") {
        const lost = report.packetsLost ?? 0, got = report.packetsReceived ?? 0;
        const more = Math.max(0, lost - this.last.lost), all = more + got - this.last.got;
        this.last = { lost, got };
        found.loss_percent = all > 0 ? (100 * more) / all : 100;
        found.jitter_ms = Math.round((report.jitter ?? 0) * 1000);
      } else if (report.type === "candidate-pair" && report.nominated && report.currentRoundTripTime !== undefined)
        found.round_trip_ms = Math.round(report.currentRoundTripTime * 1000);
    });
    this.quality = found;
  }
}

export class SipPhone implements Phone {
  readonly kind = "sip";
  private agent: JsSIP.UA | null = null;
  private state: PhoneState = "off";
  private readonly lines = new Map<string, SipLine>();
  private beat: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly account: SipAccount, private readonly changed: () => void) {}

  now(): PhoneNow {
    const lines = [...this.lines.values()].map((line) => line.shown);
    const state = this.state !== "ready" ? this.state : lines.some((line) => line.up) ? "up" : lines.length > 0 ? "ringing" : "ready";
    return { state, lines };
  }

  start(): void {
    if (this.agent) return;
    const { url, uri, password } = this.account;
    const agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(url)], uri, password, register: true, register_expires: REGISTERED_S, session_timers: false, user_agent: "Affluent",
    });
    this.agent = agent;
    agent.on("connecting", () => this.set("registering"));
    agent.on("disconnected", () => this.set("registering"));
    agent.on("registered", () => this.set("ready"));
    agent.on("unregistered", () => this.set("registering"));
    // An unknown endpoint or a wrong password stays so; anything else may pass.
    agent.on("registrationFailed", ({ response }: { response?: { status_code: number } }) =>
      this.set([401, 403, 404].includes(response?.status_code ?? 0) ? "refused" : "registering"));
    agent.on("newRTCSession", ({ session }: { session: RTCSession }) => this.comes(session));
    this.set("registering");
    agent.start();
    this.beat = setInterval(() => void this.measure(), QUALITY_MS);
  }

  stop(): void {
    clearInterval(this.beat);
    this.agent?.stop();
    this.agent = null;
    for (const line of this.lines.values()) line.close();
    this.lines.clear();
    this.set("off");
  }

  /** Two tabs register one after the other, and the newest rings: there is nothing to take back. */
  takeHere(): void {}

  async answer(id: string): Promise<boolean> {
    const line = this.lines.get(id);
    if (!line || line.session.isEstablished()) return true;
    const voice = await microphone();
    if (!voice) return false;
    if (!this.lines.has(id)) {
      voice.getTracks().forEach((track) => track.stop());
      return true;
    }
    line.voice = voice;
    line.session.answer({ mediaStream: voice, pcConfig: { iceServers: this.account.ice_servers } });
    return true;
  }

  hangUp(id: string): void {
    const line = this.lines.get(id);
    if (line && !line.session.isEnded()) line.session.terminate();
  }

  mute(id: string, on: boolean): void {
    const session = this.lines.get(id)?.session;
    if (on) session?.mute({ audio: true });
    else session?.unmute({ audio: true });
    this.changed();
  }

  unblock(): void {
    for (const line of this.lines.values()) line.play(this.changed);
  }

  async devicesChanged(): Promise<void> {
    for (const line of this.lines.values()) {
      line.moved();
      if (!line.session.isEstablished()) continue;
      const voice = await microphone();
      const [track] = voice?.getAudioTracks() ?? [];
      if (!voice || !track) continue;
      track.enabled = !line.session.isMuted().audio;
      for (const sender of (line.session.connection as RTCPeerConnection).getSenders()) if (sender.track?.kind === "audio") await sender.replaceTrack(track);
      line.voice?.getTracks().forEach((one) => one.stop());
      line.voice = voice;
    }
  }

  private set(state: PhoneState): void {
    this.state = state;
    this.changed();
  }

  private comes(session: RTCSession): void {
    // The centre rings phones; nobody dials from here.
    if (String(session.direction) !== "incoming") return;
    const line = new SipLine(session);
    this.lines.set(session.id, line);
    session.on("peerconnection", ({ peerconnection }: { peerconnection: RTCPeerConnection }) => {
      peerconnection.addEventListener("track", ({ track }) => line.hear(track, this.changed));
      peerconnection.addEventListener("connectionstatechange", this.changed);
    });
    for (const moment of ["accepted", "confirmed", "muted", "unmuted"] as const) session.on(moment, this.changed);
    const over = (): void => {
      line.close();
      this.lines.delete(session.id);
      this.changed();
    };
    session.on("ended", over);
    session.on("failed", over);
    this.changed();
  }

  private async measure(): Promise<void> {
    for (const line of this.lines.values()) if (line.session.isEstablished()) await line.measure();
    this.changed();
  }
}
