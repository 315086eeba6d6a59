/**
 * An agent's telephone in this browser, whatever carries its calls: `web.ts` (from browser to browser, through the centre) or `sip.ts`
 * (an endpoint of an Asterisk). It makes no decisions: the centre rings, the agent answers, the centre says what follows.
 */
import type { Quality } from "../../../widget/src/callframes";

export type { Quality };

/**
 * `off`: none here. `registering`: not reached yet, or not any more; it tries again. `ready`, `ringing`, `up`: as any telephone.
 * `elsewhere`: another tab of this agent is the telephone. `refused`: its server does not know this telephone.
 */
export type PhoneState = "off" | "registering" | "ready" | "ringing" | "up" | "elsewhere" | "refused";

/** Why this browser has no microphone: refused to this page, none there, in use elsewhere, or a page that is not safe enough. */
export type NoVoice = "blocked" | "none" | "taken" | "unsafe";

/** One call at this telephone. */
export interface Line {
  id: string;
  /** Null where the server cannot say which contact rings. */
  contact_id: number | null;
  number: string;
  name: string;
  up: boolean;
  muted: boolean;
  /** Whether sound goes through. */
  heard: boolean;
  cut: boolean;
  /** The browser plays no sound before the page is touched. */
  blocked: boolean;
  quality: Quality | null;
}

export interface PhoneNow { state: PhoneState; lines: readonly Line[] }

export interface Phone {
  readonly kind: "web" | "sip";
  now(): PhoneNow;
  start(): void;
  stop(): void;
  /** Makes this tab the telephone, where another one was. */
  takeHere(): void;
  /** Picks up. False when there is no microphone to speak with. */
  answer(id: string): Promise<boolean>;
  hangUp(id: string): void;
  mute(id: string, on: boolean): void;
  /** After the page was touched. */
  unblock(): void;
  /** Another microphone or loudspeaker was chosen. */
  devicesChanged(): Promise<void>;
}

/** An endpoint of an Asterisk, lent to this agent's browser. */
export interface SipAccount { server: string; url: string; uri: string; username: string; password: string; ice_servers: RTCIceServer[] }

/** What is lost, late or uneven, as words: three steps, each told with what to do. */
export function grade(quality: Quality): "good" | "fair" | "poor" {
  const beyond = (loss: number, jitter: number, trip: number): boolean =>
    (quality.loss_percent ?? 0) > loss || (quality.jitter_ms ?? 0) > jitter || (quality.round_trip_ms ?? 0) > trip;
  return beyond(5, 60, 400) ? "poor" : beyond(1.5, 30, 250) ? "fair" : "good";
}
