/** Shapes of the API for what stands beside one conversation. */
import type { Named } from "../api/types";

export interface Evidence { code: "claimed_email" | "same_phone" | "same_mailbox" | "same_name" | "similar_name"; params: Record<string, string | number> }
export interface LikelyCustomer { customer: Named & { language: string | null; addresses: { kind: string; value: string }[] }; score: number; evidence: Evidence[] }
export interface Merge { id: number; kind: "request" | "customer"; from_id: number; name: string | null; at_ms: number; by: Named; evidence: Evidence[] }
export interface Notice {
  id: number; at_ms: number; kind: "mention" | "assigned" | "woke" | "reply_failed"; contact_id: number; message_id: number | null;
  params: Record<string, string>; subject: string; text: string | null; read: boolean; by: Named | null; customer: Named;
}
export interface Notices { items: Notice[]; unread: number; next: string | null }
export interface Job {
  id: number; action: "assign" | "close" | "motive" | "spam" | "sleep" | "reopen" | "answer"; undoes: number | null; state: "running" | "done";
  created_ms: number; finished_ms: number | null; total: number; done: number; refused: number; can_undo: boolean;
  refusals: { contact_id: number; subject: string; customer: string; code: string; message: string }[];
}
/** Acts on many contacts that need to know more before they go. */
export type BulkAsked = "assign" | "close" | "motive" | "sleep" | "answer";
export interface TemplateField { label: string; kind: "text" | "choice"; choices: string[] }
export interface Filled { text: string; language: string | null; missing: TemplateField[] }
