import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "../api/client";
import type { Conversation, Me } from "../api/types";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";

/** `can`: what the server that carries it can do (`listen`, `digits`, `record` ...). */
export interface Call {
  from_number: string; to_number: string; direction: "in" | "out"; started_ms: number; answered_ms: number | null;
  ended_ms: number | null; ended_by: string | null; held: boolean; can: string[];
}
export interface ExtraProps { conversation: Conversation; call: Call; me: Me }
export type CallAct = { what: "hold" | "resume" | "hang-up" } | { what: "digits"; body: { digits: string } } | { what: "listen"; body: { whisper: boolean } };

/** The call of a contact, asked again whenever its contact moves, and what is done with it. */
export function useCall(contact: Conversation["contact"]) {
  const words = useTrouble();
  const { data: call, refetch } = useQuery({
    queryKey: ["call", contact.id], queryFn: () => api.get<Call>(`/contacts/${contact.id}/call`),
    refetchInterval: ({ state }) => (state.data && state.data.ended_ms === null ? 10_000 : false),
  });
  // Each fact of the call gives its contact another version.
  useEffect(() => { void refetch(); }, [contact.version, refetch]);
  const act = useMutation({
    mutationFn: ({ what, ...more }: CallAct) => api.post(`/contacts/${contact.id}/call/${what}`, "body" in more ? more.body : {}),
    onSettled: () => void refetch(), onError: (error) => toast(words(error), { tone: "wrong" }),
  });
  return { call, act };
}
