import { QueryClient, queryOptions } from "@tanstack/react-query";
import { api, ApiError, query } from "./client";
import { setServerNow } from "./clock";
import { newestConversation, newestDesk } from "./onTheWay";
import type { Conversation, DeclineReason, Desk, Directory, List, Macro, Me, Motive, Named, Session, Start } from "./types";

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof ApiError && error.passing && count < 2,
    },
    mutations: { retry: false },
  },
});

/** Some lists come bare, some inside `{items}`: both are accepted. */
export const itemsOf = <T>(answer: T[] | List<T>): T[] => (Array.isArray(answer) ? answer : answer.items);

export const startQuery = queryOptions({
  queryKey: ["start"], queryFn: () => api.get<Start>("/start"), staleTime: 60_000,
});
export const meQuery = queryOptions({
  queryKey: ["me"], queryFn: () => api.get<Me>("/session", { quiet401: true }), staleTime: Infinity,
});
export const sessionsQuery = queryOptions({
  queryKey: ["sessions"], queryFn: async () => itemsOf(await api.get<List<Session>>("/sessions")),
});
export const deskQuery = queryOptions({
  queryKey: ["desk"],
  queryFn: async () => {
    const desk = await newestDesk(() => api.get<Desk>("/desk"));
    setServerNow(desk.now_ms);
    return desk;
  },
  staleTime: Infinity,
});
export const contactQuery = (id: number) => queryOptions({
  queryKey: ["contact", id], queryFn: () => newestConversation(() => api.get<Conversation>(`/contacts/${id}`)),
  // Reading a conversation is also what subscribes this browser to it: so each opening reads it.
  staleTime: 0, refetchOnMount: "always",
});
export const macrosQuery = queryOptions({
  queryKey: ["macros"], queryFn: async () => itemsOf(await api.get<Macro[] | List<Macro>>("/macros")), staleTime: 300_000,
});
export const motivesQuery = queryOptions({
  queryKey: ["motives"], queryFn: async () => itemsOf(await api.get<Motive[] | List<Motive>>("/motives")), staleTime: 300_000,
});
export const declineReasonsQuery = queryOptions({
  queryKey: ["decline-reasons"], queryFn: () => api.get<DeclineReason[]>("/decline-reasons"), staleTime: 300_000,
});
export const skillsQuery = queryOptions({
  queryKey: ["skills"], queryFn: () => api.get<Named[]>("/skills"), staleTime: 300_000,
});
export interface Sought { q: string; brand?: number | undefined; medium?: string | undefined }
/** To whom a contact can be handed on: the server looks for the words. */
export const directoryQuery = ({ q, brand, medium }: Sought) => queryOptions({
  queryKey: ["directory", q, brand, medium], queryFn: ({ signal }) => api.get<Directory>(`/directory${query({ q, brand, medium })}`, { signal }), staleTime: 5_000,
});
