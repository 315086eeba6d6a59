import type { Named, Reason } from "../api/types";

export interface OfferTold { at_ms: number; agent: Named; why: Reason[]; ended: "accepted" | "declined" | "expired" | "withdrawn" | "pulled_back" | null; ended_ms: number | null }
export interface Candidate { agent: Named; opens_after_ms: number; obstacles: string[] }
export interface Waiting {
  waited_ms: number; stage: number; stages_ms: number[]; candidates: Candidate[]; more: boolean;
  otherwise: { without: string; agent: Named | null }[];
}
export interface Explanation { offers: OfferTold[]; waiting: Waiting | null }
