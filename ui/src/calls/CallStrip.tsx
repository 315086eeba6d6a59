import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Button as Pressable, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import type { Conversation, Me } from "../api/types";
import { span } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { readable } from "./numbers";
import "./calls.css";

interface Call {
  from_number: string; to_number: string; direction: "in" | "out"; started_ms: number; answered_ms: number | null;
  ended_ms: number | null; ended_by: string | null; held: boolean;
}
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;

/** The call of a contact that came by telephone: how it stands, and what its agent does with it. */
export function CallStrip({ conversation: { contact }, me }: { conversation: Conversation; me: Me }) {
  const { t } = useTranslation("calls");
  const now = useNow();
  const words = useTrouble();
  const { data: call, refetch } = useQuery({
    queryKey: ["call", contact.id], queryFn: () => api.get<Call>(`/contacts/${contact.id}/call`),
    refetchInterval: ({ state }) => (state.data && state.data.ended_ms === null ? 10_000 : false),
  });
  // Each fact of the call gives its contact another version.
  useEffect(() => { void refetch(); }, [contact.version, refetch]);
  const act = useMutation({
    mutationFn: ({ what, body }: { what: "hold" | "resume" | "digits" | "hang-up"; body?: object }) => api.post(`/contacts/${contact.id}/call/${what}`, body),
    onSettled: () => void refetch(), onError: (error) => toast(words(error), { tone: "wrong" }),
  });
  if (!call) return null;
  const up = call.ended_ms === null;
  const mine = contact.agent?.id === me.id && contact.state === "in_hand";
  const talks = call.answered_ms !== null;
  const line = !up ? (talks ? t("line.over", { span: span((call.ended_ms ?? 0) - (call.answered_ms ?? 0)) }) : t("line.over_missed"))
    : call.held ? t("line.held")
    : talks ? t("line.up", { span: span(now - (call.answered_ms ?? now)) })
    : mine ? t("line.rings") : t("line.waits", { span: span(now - call.started_ms) });
  return (
    <section className={`call-strip${up ? " up" : ""}${call.held ? " held" : ""}`} aria-label={t("label")}>
      <Icon name="phone" />
      <p className="grow cut"><b>{readable(call.from_number) || t("withheld")}</b> <span className="small two" role="status">{line}</span>{!up && mine && <span className="small three after"> {t("after")}</span>}</p>
      {up && mine && talks && (
        <>
          <Button small isPending={act.isPending} onPress={() => act.mutate({ what: call.held ? "resume" : "hold" })}><Icon name={call.held ? "phone" : "pause"} />{t(call.held ? "resume" : "hold")}</Button>
          <DialogTrigger>
            <Pressable className="btn quiet sm icon" aria-label={t("keys")}><Icon name="keyboard" /></Pressable>
            <Popover className="pop" placement="bottom end">
              <Dialog className="keypad" aria-label={t("pad")}>
                {KEYS.map((key) => <Pressable key={key} className="btn" aria-label={t("key", { key })} onPress={() => act.mutate({ what: "digits", body: { digits: key } })}>{key}</Pressable>)}
              </Dialog>
            </Popover>
          </DialogTrigger>
          <Button small look="main" onPress={() => act.mutate({ what: "hang-up" })}>{t("hang_up")}</Button>
        </>
      )}
    </section>
  );
}
