import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api } from "../api/client";
import { newestDesk } from "../api/onTheWay";
import { client, contactQuery, deskQuery } from "../api/queries";
import type { Conversation, Desk, Outcome, PresenceState } from "../api/types";
import { toast } from "../parts/toasts";
import { answerCall } from "../phone/desk";
import { useTrouble } from "../parts/Trouble";

/** What the agent does to contacts; each refusal is said, and the lists are asked again. */
export function useActs() {
  const navigate = useNavigate();
  const words = useTrouble();
  const onError = (error: unknown): void => {
    toast(words(error), { tone: "wrong" });
    void client.invalidateQueries({ queryKey: ["desk"] });
  };
  const refresh = (id?: number): void => {
    void client.invalidateQueries({ queryKey: ["desk"] });
    if (id !== undefined) void client.invalidateQueries({ queryKey: ["contact", id] });
  };
  const open = (one: Conversation): void => {
    client.setQueryData(contactQuery(one.contact.id).queryKey, one);
    refresh();
    void navigate({ to: "/desk/$contactId", params: { contactId: String(one.contact.id) } });
  };
  const dropOffer = (id: number): void => {
    client.setQueryData(deskQuery.queryKey, (desk) => desk && { ...desk, offers: desk.offers.filter((offer) => offer.id !== id) });
  };
  // Whoever says yes to a call picks up by it. Without a microphone it goes on ringing, and the page says why.
  const yes = (what: "accept" | "take") => async (id: number): Promise<Conversation | null> =>
    (await answerCall(id)) ? api.post<Conversation>(`/contacts/${id}/${what}`) : null;
  const opened = (one: Conversation | null): void => { if (one) open(one); };
  const accept = useMutation({ mutationFn: yes("accept"), onSuccess: opened, onError });
  const take = useMutation({ mutationFn: yes("take"), onSuccess: opened, onError });
  const decline = useMutation({
    mutationFn: ({ id, reason }: { id: number; reason: string }) => api.post(`/contacts/${id}/decline`, { reason }),
    onSuccess: (_, { id }) => { dropOffer(id); refresh(); }, onError,
  });
  const presence = useMutation({
    mutationFn: (next: { state: PresenceState; reason?: string }) => newestDesk(() => api.put<Desk>("/desk/presence", next)),
    onSuccess: (desk) => client.setQueryData(deskQuery.queryKey, desk), onError,
  });
  const wake = useMutation({ mutationFn: (id: number) => api.post(`/contacts/${id}/wake`), onSuccess: (_, id) => refresh(id), onError });
  const sleep = useMutation({
    mutationFn: ({ id, ...how }: { id: number; until_ms: number | null; promised?: boolean }) => api.post(`/contacts/${id}/sleep`, how),
    onSuccess: (_, { id }) => refresh(id), onError,
  });
  const transfer = useMutation({
    mutationFn: ({ id, ...to }: { id: number; queue_id?: number; agent_id?: number; note: string }) => api.post(`/contacts/${id}/transfer`, to),
    onSuccess: (_, { id }) => refresh(id), onError,
  });
  const close = useMutation({
    mutationFn: ({ id, ...how }: { id: number; outcome: Outcome; motive_id: number | null; note?: string }) => api.post(`/contacts/${id}/close`, how),
    onSuccess: (_, { id }) => refresh(id), onError,
  });
  const wrapped = useMutation({ mutationFn: (id: number) => api.post(`/contacts/${id}/wrapped`), onSuccess: (_, id) => refresh(id), onError });
  return { wrapped, accept, take, decline, presence, wake, sleep, transfer, close };
}
export type Acts = ReturnType<typeof useActs>;
