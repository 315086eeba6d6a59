/** Shapes of the HTTP API, `/api/v1`. Instants are milliseconds since the epoch, UTC, and end in `_ms`. */
export type Locale = "fr" | "en";
export type Theme = "auto" | "light" | "dark";
export type Role = "administrator" | "supervisor" | "agent" | "planner" | "knowledge" | "auditor";
export type Medium = "voice" | "chat" | "email" | "sms" | "message" | "social" | "form" | "post" | "fax" | "video";
export type ContactState = "received" | "waiting" | "offered" | "in_hand" | "sleeping" | "closed" | "abandoned";
export type PresenceState = "ready" | "away" | "offline";
export type Outcome = "resolved" | "unresolved" | "spam" | "duplicate" | "no_reply" | "abandoned" | "silent" | "turned_away" | "self_served" | "unreached";
export type Delivery = "pending" | "sent" | "delivered" | "read" | "failed" | "unconfirmed";

export interface Named { id: number; name: string }
export interface Brand extends Named { colour: string }
export interface List<T> { items: T[]; next: string | null }

export interface Me {
  id: number; name: string; email: string; role: Role; locale: Locale; theme: Theme;
  brands: Brand[]; team: Named | null; keys_enabled: boolean;
}
export interface DemoAccount { email: string; name: string; role: Role; password: string }
export interface Start {
  needs_administrator: boolean; demo: boolean; name: string; version: string; locales: Locale[];
  demo_accounts?: DemoAccount[];
}
export interface Session {
  id: number; created_ms: number; last_seen_ms: number; user_agent: string; ip: string; current: boolean;
}

export interface Row {
  id: number; request_id: number; medium: Medium; state: ContactState; customer: Named; brand: Brand;
  queue: Named | null; motive: Named | null; subject: string; preview: string; language: string | null;
  arrived_ms: number; due_ms: number | null; owed_ms: number | null; target_ms: number | null; awaiting: "us" | "customer"; unread: number; newest_unread: number | null;
  wakes: { kind: "customer" | "time"; at_ms: number | null } | null; agent: Named | null; version: number;
  not_before_ms?: number | null; wraps_until_ms?: number | null;
}
export interface Reason { code: string; params?: Record<string, string | number | boolean | null> }
export interface Offer extends Row { offered_ms: number; expires_ms: number; why: Reason[] | { keys: Reason[] } }
/** One who takes part in a contact beside its agent since `joined_ms`, or is asked to until `expires_ms`. */
export interface Taking { agent: Named; by: Named; part: "consult" | "conference" | "supervision"; joined_ms: number | null; expires_ms: number | null }
export interface Beside extends Row { mine: Taking; asked?: string | null }
export interface Queues { waiting: number; most_urgent_share: number | null }
export interface Desk {
  now_ms: number;
  presence: { state: PresenceState; reason: string | null; since_ms: number; rests_until_ms?: number | null };
  capacity: { medium: Medium; in_hand: number; limit: number; extra?: number; extra_until_ms?: number | null }[];
  offers: Offer[]; in_hand: Row[]; sleeping: Row[]; wrapping?: Row[]; promised?: Row[]; invitations?: Beside[]; beside?: Beside[]; queues: Queues; reasons: string[];
}

export interface Attachment { id: number; filename: string; content_type: string; size: number; cid?: string | null }
export interface MailFacts {
  from: string; to: string | string[]; cc: string | string[] | null; subject: string;
  verdict?: Record<string, string> | null; defects?: string[]; raw_file_id?: number | null;
}
export interface Message {
  id: number; contact_id: number; medium: Medium; direction: "in" | "out" | "note" | "event";
  author: { kind: "customer" | "agent" | "system" | "bot"; id: number | null; name: string };
  at_ms: number; text: string; new_text: string; quoted: string | null; html: string | null;
  has_remote_images: boolean; attachments: Attachment[]; delivery: Delivery | null; error: string | null;
  mail: MailFacts | null; event: { code: string; params?: Record<string, string | number | null> } | null;
}
export interface Address { kind: "email" | "phone" | "chat" | "external"; value: string }
export interface Customer {
  id: number; brand_id: number; name: string; language: string | null; segment: string | null; note: string | null; addresses: Address[];
  named_agent?: Named | null; wish_ids?: number[];
}
export interface JourneyStep {
  contact_id: number; request_id: number; medium: Medium; arrived_ms: number; state: ContactState;
  outcome: Outcome | null; subject: string; queue: string | Named | null; agent: string | Named | null;
}
export interface Abilities { reply: boolean; note: boolean; transfer: boolean; close: boolean; sleep: boolean; accept: boolean; take?: boolean; wake?: boolean; invite?: boolean; join?: boolean; leave?: boolean }
export interface OpenContact extends Row {
  channel: Named | null; outcome: Outcome | null; closed_ms: number | null;
  request: { id: number; subject: string; state: string; opened_ms: number }; can: Abilities;
  together?: Taking[];
}
export type DraftKind = "reply" | "note";
export interface Draft { text: string; kind: DraftKind; updated_ms: number }
export interface Conversation {
  contact: OpenContact; messages: Message[]; customer: Customer; journey: JourneyStep[]; viewers: Named[];
  draft: Draft | null; typing: { customer: boolean };
}
export interface Macro { id: number; title: string; body: string; language: Locale; brand_id?: number | null }
export interface DeclineReason { code: string; name: string }
export interface Motive { id: number; brand_id?: number | null; name?: string; name_fr?: string; name_en?: string }
export interface Directory {
  queues: { id: number; name: string; medium: Medium; brand_id: number; open: boolean; waiting: number; by_hand?: boolean; wait?: { low_ms: number; high_ms: number } | null }[];
  agents: { id: number; name: string; state: PresenceState; team: string | Named | null }[];
  /** Others would be found as well, by more words. */
  more: boolean;
  teams?: { id: number; name: string; ready: number }[];
}
