/** The frames of `/chat/v1/socket`. Instants are milliseconds since the epoch. */

export type State = "new" | "waiting" | "in_hand" | "warned" | "released" | "closed";

export interface ChatFile {
  id: number;
  filename: string;
  size: number;
  url?: string;
}

export interface Message {
  seq: number;
  key: string | null;
  from: "customer" | "agent" | "system";
  name: string;
  at_ms: number;
  text: string;
  files: ChatFile[];
  read: boolean;
}

export interface Channel {
  title: string;
  colour: string;
  ask_name: boolean;
  ask_email: boolean;
  max_file_bytes: number;
  /** Closed to new conversations, and none is going on: what to say meanwhile. */
  closed?: string | null;
  open: boolean;
  brand: string;
  /** What to say on the button that offers an hour instead; none without hours. */
  hour?: string | null;
}

export type Agent = { name: string } | null;
/** `wait`: how long it will take, in words, when that is known. */
export type Place = { ahead: number; wait?: string } | null;

export type ServerFrame =
  | { t: "welcome"; token: string; state: State; messages: Message[]; agent: Agent; channel: Channel; place: Place }
  | { t: "message"; message: Message }
  | { t: "ack"; key: string; seq: number; at_ms: number }
  | { t: "state"; state: State; agent: Agent; place: Place }
  | { t: "channel"; channel: Channel }
  | { t: "typing"; who: string; on: boolean }
  | { t: "read"; seq: number }
  | { t: "delivered"; seq: number }
  | { t: "refused"; key?: string; code: string; message: string }
  | { t: "pong" };

export type ClientFrame =
  | { t: "hello"; token: string | null; since: number; page: string; lang: string }
  | { t: "say"; key: string; text: string; name?: string; email?: string; files: number[] }
  | { t: "typing"; on: boolean }
  | { t: "read"; seq: number }
  | { t: "leave" }
  | { t: "ping" };
