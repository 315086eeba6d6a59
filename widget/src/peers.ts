/** The connections of one call: each other party's browser, by the name the centre gives it. The desk's telephone uses it as well. */
import type { Quality, Signal } from "./callframes";

/** A connection that is cut tries new ways by itself after this long. */
const PATIENCE_MS = 4_000;

interface Report {
  type: string;
  kind?: string;
  packetsLost?: unknown;
  packetsReceived?: unknown;
  jitter?: unknown;
  nominated?: unknown;
  currentRoundTripTime?: unknown;
}
/** An element that can play where one likes; not every browser has it. */
type Player = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

export class Line {
  readonly connection: RTCPeerConnection;
  readonly sound: Player = new Audio();
  /** By which strokes travel, and words about pictures; and who hears them. */
  channel: RTCDataChannel | null = null;
  beside: { opened: () => void; said: (data: unknown) => void } | null = null;
  private making = false;
  private ignoring = false;
  private last = { lost: 0, got: 0 };
  private patience: ReturnType<typeof setTimeout> | undefined;
  // Signals are taken one after the other: a candidate must not overtake the description it belongs to.
  private turn: Promise<void> = Promise.resolve();

  constructor(
    readonly number: number,
    readonly offers: boolean,
    private readonly speaks: boolean,
    private voice: MediaStream,
    servers: RTCIceServer[],
    private readonly tell: (signal: Signal) => void,
    private readonly changed: () => void,
    private readonly blocked: (on: boolean) => void,
    private readonly pictured: boolean,
  ) {
    const connection = new RTCPeerConnection({ iceServers: servers });
    this.connection = connection;
    connection.onicecandidate = ({ candidate }) => this.tell({ candidate: candidate && candidate.toJSON() });
    connection.ontrack = ({ track, streams }) => {
      if (track.kind === "video") return;
      this.sound.srcObject = streams[0] || new MediaStream([track]);
      this.play();
    };
    connection.onnegotiationneeded = () => void this.offer();
    connection.onconnectionstatechange = () => {
      clearTimeout(this.patience);
      const { connectionState: state } = connection;
      if (state === "failed") this.mend();
      else if (state === "disconnected") this.patience = setTimeout(() => this.mend(), PATIENCE_MS);
      this.changed();
    };
    connection.ondatachannel = ({ channel }) => this.hook(channel);
    // Room for pictures and strokes is made with the first offer, so that nothing is negotiated when they come: two browsers that
    // offer at once, one of them a channel, fail in Chromium.
    if (offers && pictured) {
      for (const _ of [0, 1]) connection.addTransceiver("video");
      this.hook(connection.createDataChannel("share"));
    }
    // Who answers speaks once the offer is there, so that nobody offers twice.
    if (offers && speaks && voice.getAudioTracks().length) this.speak();
    else if (offers) connection.addTransceiver("audio", { direction: "recvonly" });
  }

  /** Where a picture goes out and comes in: 0 the camera, 1 the screen. */
  video(at: number): RTCRtpTransceiver | undefined {
    return this.connection.getTransceivers().filter(({ receiver }) => receiver.track.kind === "video")[at];
  }

  private hook(channel: RTCDataChannel): void {
    this.channel = channel;
    channel.onopen = () => this.beside?.opened();
    channel.onmessage = ({ data }) => this.beside?.said(data);
  }

  hear(signal: Signal): void {
    this.turn = this.turn.then(() => this.take(signal)).catch(() => this.mend());
  }

  /** Another microphone, without a new connection. */
  async speak_with(voice: MediaStream): Promise<void> {
    this.voice = voice;
    const [track] = voice.getAudioTracks();
    for (const sender of this.connection.getSenders()) if (sender.track?.kind === "audio") await sender.replaceTrack(track || null);
  }

  /** Plays on another loudspeaker; stays where it is when that one is gone. */
  play_on(speaker: string): void {
    void this.sound.setSinkId?.(speaker).catch(() => undefined);
  }

  play(): void {
    this.sound.play().then(
      () => this.blocked(false),
      (reason: DOMException) => reason.name === "NotAllowedError" && this.blocked(true),
    );
  }

  close(): void {
    clearTimeout(this.patience);
    this.beside = this.connection.onconnectionstatechange = this.connection.onicecandidate = null;
    this.connection.close();
    this.sound.srcObject = null;
  }

  async quality(): Promise<Quality> {
    const found: Quality = { loss_percent: null, jitter_ms: null, round_trip_ms: null };
    (await this.connection.getStats()).forEach((report: Report) => {
      if (report.type === "inbound-rtp" && report.kind === "audio") {
        const lost = number(report.packetsLost) || 0;
        const got = number(report.packetsReceived) || 0;
        const [more, all] = [Math.max(0, lost - this.last.lost), Math.max(0, lost - this.last.lost) + got - this.last.got];
        this.last = { lost, got };
        // Nothing at all came since the last look: all of it is lost.
        found.loss_percent = all > 0 ? (100 * more) / all : 100;
        found.jitter_ms = Math.round((number(report.jitter) || 0) * 1000);
      } else if (report.type === "candidate-pair" && report.nominated) {
        const trip_s = number(report.currentRoundTripTime);
        if (trip_s !== null) found.round_trip_ms = Math.round(trip_s * 1000);
      }
    });
    return found;
  }

  private speak(): void {
    if (!this.speaks) return;
    const sent = this.connection.getSenders().map(({ track }) => track);
    for (const track of this.voice.getAudioTracks()) if (!sent.includes(track)) this.connection.addTrack(track, this.voice);
  }

  private mend(): void {
    if (this.connection.signalingState !== "closed") this.connection.restartIce();
  }

  private async offer(): Promise<void> {
    try {
      this.making = true;
      await this.connection.setLocalDescription();
      this.describe();
    } catch {
      // Closed meanwhile, or their offer came first: there is nothing to tell.
    } finally {
      this.making = false;
    }
  }

  private describe(): void {
    const { type, sdp } = this.connection.localDescription!;
    this.tell({ description: { type, sdp } });
  }

  private async take({ description, candidate }: Signal): Promise<void> {
    const { connection } = this;
    if (connection.signalingState === "closed") return;
    if (description) {
      const clash = description.type === "offer" && (this.making || connection.signalingState !== "stable");
      // Of two offers at once the one of who was told to begin stands.
      this.ignoring = this.offers && clash;
      if (this.ignoring) return;
      await connection.setRemoteDescription(description);
      if (description.type === "offer") {
        this.speak();
        for (const at of [0, 1]) {
          const video = this.pictured && this.video(at);
          if (video) video.direction = "sendrecv";
        }
        await connection.setLocalDescription();
        this.describe();
      }
    } else if (!this.ignoring) await connection.addIceCandidate(candidate || undefined);
  }
}

export class Peers {
  /** The browser plays no sound before the visitor touches the page: after a reload. */
  blocked = false;
  private readonly lines = new Map<string, Line>();
  private speaker = "";

  constructor(
    private voice: MediaStream,
    private readonly servers: RTCIceServer[],
    private readonly tell: (peer: string, line: number, signal: Signal) => void,
    private readonly changed: () => void,
  ) {}

  get heard(): boolean {
    return [...this.lines.values()].some(({ connection }) => connection.connectionState === "connected");
  }

  get cut(): boolean {
    return [...this.lines.values()].some(({ connection }) => /failed|disconnected/.test(connection.connectionState));
  }

  meet(peer: string, line: number, offers: boolean, speaks = true, pictured = false): void {
    this.part(peer);
    const block = (on: boolean) => {
      this.blocked = on;
      this.changed();
    };
    const made = new Line(line, offers, speaks, this.voice, this.servers, (signal) => this.tell(peer, line, signal), this.changed, block, pictured);
    if (this.speaker) made.play_on(this.speaker);
    this.lines.set(peer, made);
  }

  async speak_with(voice: MediaStream): Promise<void> {
    this.voice = voice;
    for (const line of this.lines.values()) await line.speak_with(voice);
  }

  play_on(speaker: string): void {
    this.speaker = speaker;
    for (const line of this.lines.values()) line.play_on(speaker);
  }

  line(peer: string): Line | undefined {
    return this.lines.get(peer);
  }

  part(peer: string): void {
    this.lines.get(peer)?.close();
    this.lines.delete(peer);
  }

  hear(peer: string, line: number, signal: Signal): void {
    const met = this.lines.get(peer);
    // What was on its way when both began anew is about a connection that is gone.
    if (met?.number === line) met.hear(signal);
  }

  /** After the visitor touched the page. */
  unblock(): void {
    for (const line of this.lines.values()) line.play();
  }

  /** The worst of all lines; null while nobody is there. */
  async quality(): Promise<Quality | null> {
    const all = await Promise.all([...this.lines.values()].map((line) => line.quality()));
    const worst = (of: (one: Quality) => number | null) => all.map(of).reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
    return all[0] ? { loss_percent: worst((one) => one.loss_percent), jitter_ms: worst((one) => one.jitter_ms), round_trip_ms: worst((one) => one.round_trip_ms) } : null;
  }

  close(): void {
    for (const peer of [...this.lines.keys()]) this.part(peer);
  }
}
