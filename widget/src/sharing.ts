/**
 * What two who talk share beside their voices: cameras, a screen, a board. It draws nothing; the desk uses it as well.
 *
 * Nothing leaves this browser before its person said yes here: tracks are put on the connection once both agree, and stop at once when
 * either says so. The pictures travel on the connection of the call, strokes on a channel of it.
 */
import type { Line } from "./peers";
import { Board, MESSAGE_CHARS_MAX, readMessage } from "./board";

export type What = "camera" | "screen" | "board";
/** Who shows: for a screen one of the two. */
export type Shows = "me" | "you" | "both";
export interface Known { what: What; on: boolean; asker: boolean; shows: Shows }
export interface ShareFrame { t: "share"; peer: string; what: What; act: "ask" | "yes" | "no" | "stop"; name: string; shows?: Shows; why?: "busy" | "not_offered" }
export interface ShareAct { t: "share"; peer: string; line: number; what: What; act: ShareFrame["act"]; shows?: "me" | "you" }
/** `asking`: they have not answered. `asked`: we have not. */
export interface Sharing { phase: "asking" | "asked" | "on"; shows: Shows }
/** What to tell the person here, once: a word for each in every language. */
export type Notice =
  | "refused" | "busy" | "over" | "reloaded" | "screen_blocked" | "screen_impossible" | "camera_blocked" | "camera_none" | "camera_taken" | "camera_unsafe";

const WHATS: readonly What[] = ["camera", "screen", "board"];
const AT = { camera: 0, screen: 1 } as const;

/** Phones' browsers have none. */
export const canShowScreen = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === "function";

/** Why a browser gives no camera. */
function noCamera(reason: unknown): Notice {
  const { name } = reason as DOMException;
  return name === "NotAllowedError" || name === "SecurityError" ? "camera_blocked" : name === "NotFoundError" || name === "OverconstrainedError" ? "camera_none" : "camera_taken";
}

/** Sharing with one other party. */
export class Pair {
  offered: readonly What[] = [];
  name = "";
  notice: Notice | null = null;
  readonly shared = new Map<What, Sharing>();
  /** What is shown from here. */
  readonly own = new Map<"camera" | "screen", MediaStream>();
  board: Board | null = null;
  private line: Line | null = null;
  /** What they say they show. */
  private readonly seen = new Map<"camera" | "screen", MediaStream>();

  constructor(
    readonly peer: string,
    private readonly send: (frame: ShareAct) => void,
    private readonly changed: () => void,
  ) {}

  get busy(): boolean {
    return this.shared.size > 0;
  }

  is(what: What): boolean {
    return this.shared.get(what)?.phase === "on";
  }

  /** What they show, once both agreed and it is here. */
  theirs(what: "camera" | "screen"): MediaStream | null {
    const shared = this.shared.get(what);
    if (shared?.phase !== "on" || shared.shows === "me") return null;
    return this.seen.get(what) ?? null;
  }

  // -- what the person here does

  async ask(what: What, shows: Shows = "both"): Promise<void> {
    if (this.shared.has(what)) return;
    this.notice = null;
    // A browser lets a page show a screen while it is being pressed, and not when the other says yes.
    if (what === "screen" && shows === "me" && !(await this.takeScreen())) return this.changed();
    this.shared.set(what, { phase: "asking", shows });
    this.say(what, "ask", shows);
    this.changed();
  }

  /** Yes. `showing` false: to see them, and not be seen. */
  async agree(what: What, showing = true): Promise<void> {
    const shared = this.shared.get(what);
    if (shared?.phase !== "asked") return;
    this.notice = null;
    if (what === "camera" && showing) await this.takeCamera();
    if (what === "screen" && shared.shows === "me" && !(await this.takeScreen())) return this.refuse(what);
    // They may have thought better of it while the browser asked.
    if (this.shared.get(what) !== shared) return this.letGo(what);
    this.say(what, "yes");
    this.begin(what);
    this.changed();
  }

  refuse(what: What): void {
    this.say(what, "no");
    this.forget(what);
    this.changed();
  }

  stop(what: What): void {
    if (!this.shared.has(what)) return;
    this.say(what, "stop");
    this.forget(what);
    this.changed();
  }

  /** One's own camera, off and on again, while both see each other. */
  async showCamera(on: boolean): Promise<void> {
    if (!this.is("camera")) return;
    if (!on) this.letGo("camera");
    else if (await this.takeCamera()) this.attach("camera");
    this.tellShown();
    this.changed();
  }

  // -- what comes from the centre

  /** They have a new connection: what both share goes on there; what only one of them knows is over. */
  meet(line: Line, offered: readonly What[], standing: readonly Known[]): void {
    this.seen.clear();
    this.line = line;
    line.beside = { opened: () => this.opened(), said: (data) => this.said(data) };
    this.offered = offered;
    for (const what of WHATS) {
      const shared = this.shared.get(what);
      const known = standing.find((one) => one.what === what);
      if (shared && !known) {
        this.notice = "over";
        this.forget(what);
      } else if (known && !shared) this.meetUnknown(what, known);
      else if (shared && known) this.goOn(what, shared, known);
    }
    this.changed();
  }

  hear({ what, act, name, shows, why }: ShareFrame): void {
    this.name = name || this.name;
    const shared = this.shared.get(what);
    switch (act) {
      case "ask":
        if (!shared) this.shared.set(what, { phase: "asked", shows: shows ?? "both" });
        break;
      case "yes":
        if (shared?.phase === "asking") void this.answered(what, shared);
        break;
      case "no":
        if (shared?.phase !== "asking") break;
        this.notice = why === "busy" ? "busy" : "refused";
        this.forget(what);
        break;
      case "stop":
        if (!shared) break;
        if (shared.phase !== "asked") this.notice = "over";
        this.forget(what);
    }
    this.changed();
  }

  close(): void {
    for (const what of [...this.shared.keys()]) this.forget(what);
    this.line = null;
  }

  private meetUnknown(what: What, known: Known): void {
    if (!known.on && !known.asker) this.shared.set(what, { phase: "asked", shows: known.shows });
    else {
      // This page was loaded anew, and has neither a picture nor a board any more.
      this.say(what, "stop");
      if (known.on) this.notice = "reloaded";
    }
  }

  private goOn(what: What, shared: Sharing, known: Known): void {
    if (shared.phase === "asking" && known.on) void this.answered(what, shared);
    if (shared.phase !== "on") return;
    // Our yes was lost with the connection before.
    if (!known.on && !known.asker) this.say(what, "yes");
    this.begin(what);
  }

  private async answered(what: What, shared: Sharing): Promise<void> {
    shared.phase = "on";
    if (what === "camera") await this.takeCamera();
    if (this.shared.get(what) !== shared) return this.letGo(what);
    this.begin(what);
    this.changed();
  }

  /** Both agreed: what is shown from here goes on the connection, now or as soon as it is there. */
  private begin(what: What): void {
    this.shared.get(what)!.phase = "on";
    if (what === "board") this.board ??= new Board((message) => this.tell(message), this.changed);
    else this.attach(what);
    this.tellShown();
  }

  private attach(what: "camera" | "screen"): void {
    const [track] = this.own.get(what)?.getVideoTracks() ?? [];
    if (track) void this.line?.video(AT[what])?.sender.replaceTrack(track);
  }

  /** The connection is there: what was agreed before goes on it. */
  private opened(): void {
    for (const what of ["camera", "screen"] as const) if (this.is(what)) this.attach(what);
    this.tellShown();
    this.board?.tellAll();
  }

  private tellShown(): void {
    for (const what of ["camera", "screen"] as const) if (this.is(what)) this.tell({ t: "shows", what, on: this.own.has(what) });
  }

  private tell(message: object): void {
    const { channel } = this.line ?? {};
    if (channel?.readyState === "open") channel.send(JSON.stringify(message));
  }

  private said(data: unknown): void {
    if (typeof data !== "string" || data.length > MESSAGE_CHARS_MAX) return;
    let read: unknown;
    try {
      read = JSON.parse(data);
    } catch {
      return;
    }
    if (!read || typeof read !== "object") return;
    const told = read as Record<string, unknown>;
    const what = told["what"];
    if (told["t"] === "shows") {
      if (what !== "camera" && what !== "screen") return;
      const track = this.line?.video(AT[what])?.receiver.track;
      if (told["on"] !== true || !track) this.seen.delete(what);
      else if (!this.seen.has(what)) this.seen.set(what, new MediaStream([track]));
    } else {
      const message = readMessage(told);
      if (message && this.is("board")) this.board?.hear(message, Date.now());
    }
    this.changed();
  }

  private async takeCamera(): Promise<boolean> {
    try {
      if (!navigator.mediaDevices) this.notice = "camera_unsafe";
      else this.own.set("camera", await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 960 }, height: { ideal: 540 }, frameRate: { max: 24 } } }));
    } catch (reason) {
      this.notice = noCamera(reason);
    }
    return this.own.has("camera");
  }

  private async takeScreen(): Promise<boolean> {
    if (!canShowScreen()) this.notice = "screen_impossible";
    else {
      try {
        const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 12 } }, audio: false });
        const [track] = stream.getVideoTracks();
        if (track) {
          track.contentHint = "detail";
          // The browser has a button of its own to stop.
          track.onended = () => this.own.get("screen") === stream && this.stop("screen");
        }
        this.own.set("screen", stream);
      } catch {
        this.notice = "screen_blocked";
      }
    }
    return this.own.has("screen");
  }

  private forget(what: What): void {
    this.shared.delete(what);
    if (what === "board") this.board = null;
    else {
      this.letGo(what);
      this.seen.delete(what);
    }
  }

  private letGo(what: What): void {
    if (what === "board") return;
    this.own.get(what)?.getTracks().forEach((track) => track.stop());
    this.own.delete(what);
    if (this.line && this.line.connection.signalingState !== "closed") void this.line.video(AT[what])?.sender.replaceTrack(null);
  }

  private say(what: What, act: ShareAct["act"], shows?: Shows): void {
    if (this.line) this.send({ t: "share", peer: this.peer, line: this.line.number, what, act, ...(act === "ask" && what === "screen" && { shows: shows as "me" | "you" }) });
  }
}

/** A `peer` frame, as far as sharing goes. */
export interface PeerTold { peer: string; line: number; shares?: readonly What[]; standing?: readonly Known[] }

/** Sharing with everybody of one call. */
export class Shares {
  readonly pairs = new Map<string, Pair>();

  constructor(
    private readonly line: (peer: string) => Line | undefined,
    private readonly send: (frame: ShareAct) => void,
    private readonly changed: () => void,
  ) {}

  /** The one something is shared with, or could be. */
  get pair(): Pair | undefined {
    const all = [...this.pairs.values()];
    return all.find((one) => one.busy) ?? all[0];
  }

  meet({ peer, shares = [], standing = [] }: PeerTold): void {
    const line = this.line(peer);
    if (!line || !shares.length) return this.part(peer);
    let pair = this.pairs.get(peer);
    if (!pair) this.pairs.set(peer, (pair = new Pair(peer, this.send, this.changed)));
    pair.meet(line, shares, standing);
  }

  hear(frame: ShareFrame): void {
    this.pairs.get(frame.peer)?.hear(frame);
  }

  part(peer: string): void {
    const pair = this.pairs.get(peer);
    if (!pair) return;
    pair.close();
    this.pairs.delete(peer);
    this.changed();
  }

  close(): void {
    for (const peer of [...this.pairs.keys()]) this.part(peer);
  }
}
