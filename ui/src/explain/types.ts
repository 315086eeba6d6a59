import type { Named, Reason } from "../api/types";

export interface OfferTold { id: number; at_ms: number; agent: Named; why: Reason[]; ended: "accepted" | "declined" | "expired" | "withdrawn" | "pulled_back" | null; ended_ms: number | null }
export interface Candidate { agent: Named; opens_after_ms: number; obstacles: string[] }
export interface Waiting {
  waited_ms: number; stage: number; stages_ms: number[]; candidates: Candidate[]; more: boolean;
  otherwise: { without: string; agent: Named | null }[];
}
export interface Past { before: Waiting | null; decided_by: string | null; why_not: "no_rules" | "too_far" | "too_many" | "decided_otherwise" | null }
export interface Explanation { offers: OfferTold[]; waiting: Waiting | null }
