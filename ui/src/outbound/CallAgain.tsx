import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { Conversation, Me } from "../api/types";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import "./outbound.css";

interface Call { from_number: string; to_number: string; direction: "in" | "out"; ended_ms: number | null }

/** Calls the customer of a telephone contact once more: after a message, a cut, a call in vain. */
export function CallAgain({ conversation: { contact }, me }: { conversation: Conversation; me: Me }) {
  const { t } = useTranslation("outbound");
  const words = useTrouble();
  const { data: call, refetch } = useQuery({ queryKey: ["call", contact.id], queryFn: () => api.get<Call>(`/contacts/${contact.id}/call`) });
  const again = useMutation({
    mutationFn: () => api.post(`/contacts/${contact.id}/call/again`),
    onSettled: () => void refetch(), onError: (error) => toast(words(error), { tone: "wrong" }),
  });
  const mine = contact.agent?.id === me.id && contact.state === "in_hand";
  const number = call && (call.direction === "in" ? call.from_number : call.to_number);
  if (!mine || !call || call.ended_ms === null || !number) return null;
  return <p className="call-again"><Button small isPending={again.isPending} onPress={() => again.mutate()}><Icon name="phone" />{t("again")}</Button></p>;
}
