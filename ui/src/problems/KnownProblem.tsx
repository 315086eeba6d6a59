import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { client, contactQuery, meQuery } from "../api/queries";
import type { Conversation } from "../api/types";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import "./problems.css";
import { messageOf, ofContactQuery, type OfContact, type Reason } from "./types";

/** On the card: the known problem that the contact is about, or may be about. A person decides. */
export function KnownProblem({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("problems");
  const trouble = useTrouble();
  const [busy, setBusy] = useState(false);
  const may = ["administrator", "supervisor", "agent"].includes(client.getQueryData(meQuery.queryKey)?.role ?? "");
  const { contact } = conversation;
  const { data } = useQuery(ofContactQuery(contact.id));
  if (!data || (!data.marked && data.open.length === 0)) return null;
  const mark = async (problem_id: number | null): Promise<void> => {
    setBusy(true);
    try {
      const now = await api.put<OfContact>(`/contacts/${contact.id}/problem`, { problem_id });
      client.setQueryData(ofContactQuery(contact.id).queryKey, now);
      void client.invalidateQueries({ queryKey: contactQuery(contact.id).queryKey });
    } catch (error) {
      toast(trouble(error), { tone: "wrong" });
    } finally {
      setBusy(false);
    }
  };
  const why = ({ code, params }: Reason): string => t(`why_${code}`, { count: params.count ?? 0 });
  const { marked } = data;
  if (marked) {
    const told = messageOf(marked, contact.language);
    return (
      <section className={`blk problem ${marked.state}`} aria-label={t("marked")}>
        <h2><Icon name="warning" />{marked.name}</h2>
        <p className="small two">{t(marked.state === "open" ? "marked_open" : "marked_over")}</p>
        {told && <p className="told">{told}</p>}
        {may && <Button small look="quiet" isPending={busy} onPress={() => void mark(null)}>{t("not_this")}</Button>}
      </section>
    );
  }
  const likely = data.open.filter((one) => one.why.length > 0);
  const shown = likely.length > 0 ? likely : data.open;
  if (!may) return null;
  return (
    <section className="blk problem" aria-label={t("is_it")}>
      <h2>{t(likely.length > 0 ? "is_it" : "open_now")}</h2>
      <ul>
        {shown.map((one) => (
          <li key={one.id}>
            <p><b className="b">{one.name}</b>{one.why.length > 0 && <span className="small two"> {one.why.map(why).join(" · ")}</span>}</p>
            <Button small isPending={busy} aria-label={t("it_is_named", { name: one.name })} onPress={() => void mark(one.id)}>{t("it_is")}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
