import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { client, contactQuery } from "../api/queries";
import type { Conversation } from "../api/types";
import { toast } from "../parts/toasts";
import { answerCall } from "../phone/desk";
import { useTrouble } from "../parts/Trouble";

export interface Invited { agent_id?: number; team_id?: number; skill_id?: number; conference: boolean; note: string }

/** What several agents do on one contact; each refusal is said, and the conversation is asked again. */
export function useTogether(contactId: number) {
  const { t } = useTranslation("together");
  const navigate = useNavigate();
  const words = useTrouble();
  const refresh = (): void => {
    void client.invalidateQueries({ queryKey: ["desk"] });
    void client.invalidateQueries({ queryKey: contactQuery(contactId).queryKey });
  };
  const onError = (error: unknown): void => { toast(words(error), { tone: "wrong" }); refresh(); };
  const path = `/contacts/${contactId}`;
  const said = (text?: string) => () => { refresh(); if (text) toast(text); };
  const invite = useMutation({ mutationFn: (asked: Invited) => api.post<Conversation>(`${path}/invitations`, asked), onSuccess: said(t("asked")), onError });
  const accept = useMutation({
    mutationFn: async () => { await answerCall(contactId); return api.post<Conversation>(`${path}/invitation/accept`); }, onError,
    onSuccess: (one) => {
      client.setQueryData(contactQuery(contactId).queryKey, one);
      void client.invalidateQueries({ queryKey: ["desk"] });
      void navigate({ to: "/desk/$contactId", params: { contactId: String(contactId) } });
    },
  });
  const decline = useMutation({ mutationFn: () => api.post(`${path}/invitation/decline`, {}), onSuccess: said(), onError });
  const part = useMutation({ mutationFn: ({ id, conference }: { id: number; conference: boolean }) => api.put(`${path}/parts/${id}`, { conference }), onSuccess: said(), onError });
  const dismiss = useMutation({ mutationFn: (id: number) => api.delete(`${path}/parts/${id}`), onSuccess: said(), onError });
  const leave = useMutation({ mutationFn: (me: number) => api.delete(`${path}/parts/${me}`), onSuccess: said(t("left")), onError });
  const handOver = useMutation({
    mutationFn: ({ id }: { id: number; name: string }) => api.post(`${path}/hand-over`, { agent_id: id }), onError,
    onSuccess: (_, { name }) => { refresh(); toast(t("handed", { name })); },
  });
  const join = useMutation({ mutationFn: async (answers: boolean) => { await answerCall(contactId); return api.post(`/board${path}/join`, { answers }); }, onSuccess: said(), onError });
  const takeOver = useMutation({ mutationFn: () => api.post(`/board${path}/take-over`), onSuccess: said(t("taken_over")), onError });
  return { invite, accept, decline, part, dismiss, leave, handOver, join, takeOver };
}
