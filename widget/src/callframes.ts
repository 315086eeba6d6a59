/** The frames of `/call/v1/socket`: the caller's side of a call from browser to browser. */
import type { Known, ShareAct, ShareFrame, What } from "./sharing";

export type CallState = "idle" | "waiting" | "talking" | "held" | "over";

/** Why a call is over, as the centre tells it. */
export type Ending = "hung_up" | "busy" | "no_answer" | "rejected" | "unreachable" | "lost";

export interface CallChannel {
  title: string;
  colour: string;
  open: boolean;
  /** What to say while nobody takes calls. */
  closed?: string | null;
  /** Known problems that concern callers now, in their language. */
  problems: string[];
  /** The wait as a range, in words, when it is known. */
  wait?: string | null;
  ask_name: boolean;
}

export type Description = { type: RTCSdpType; sdp: string };

/** What two browsers tell each other through the centre: one of the two. `candidate: null` ends the list. */
export interface Signal {
  description?: Description;
  candidate?: RTCIceCandidateInit | null;
}

export interface Quality {
  loss_percent: number | null;
  jitter_ms: number | null;
  round_trip_ms: number | null;
}

interface Standing {
  state: CallState;
  agent: { name: string } | null;
  place: { ahead: number; wait?: string | null } | null;
  ending?: Ending;
}

/** `shares`: what may be shared with this peer; `standing`: what is, or is asked, as the centre knows it. */
export interface Met {
  peer: string;
  line: number;
  offer: boolean;
  speaks?: boolean;
  shares?: What[];
  standing?: Known[];
}

export type CallServerFrame =
  | ({ t: "welcome"; token: string | null; channel: CallChannel; ice_servers: RTCIceServer[] } & Standing)
  | ({ t: "state" } & Standing)
  | { t: "called"; token: string }
  | { t: "channel"; channel: CallChannel }
  /** Make a connection to this peer, of this number: `offer` begins. Told again, the old one is thrown away. Without `speaks` one only hears. */
  | ({ t: "peer" } & Met)
  | { t: "peer_gone"; peer: string }
  /** About the connection of this number alone: what comes too late is about nothing. */
  | ({ t: "signal"; peer: string; line: number } & Signal)
  | ShareFrame
  | { t: "refused"; code: string; message: string }
  | { t: "pong" };

export type CallClientFrame =
  | { t: "hello"; token: string | null; page: string; lang: string }
  | { t: "call"; key: string; name?: string }
  | ({ t: "signal"; peer: string; line: number } & Signal)
  | ShareAct
  | ({ t: "quality" } & Quality)
  /** A key of the telephone: only the centre hears it, where the sound passes through it. */
  | { t: "digit"; digit: string }
  | { t: "hang_up" }
  | { t: "ping" };
