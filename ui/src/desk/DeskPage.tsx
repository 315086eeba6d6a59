import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { connectionStore } from "../api/connection";
import { client, contactQuery, deskQuery, meQuery } from "../api/queries";
import { takeBack, toastWithUndo } from "../gather/undo";
import { Trouble } from "../parts/Trouble";
import { isOpenTo } from "../shell/rights";
import { toast } from "../parts/toasts";
import { useActs } from "./acts";
import type { Asked } from "./asked";
import { CloseDialog } from "./CloseDialog";
import { ContactList } from "./ContactList";
import { ConversationPane } from "./ConversationPane";
import "./desk.css";
import { tellAllDrafts } from "./drafts";
import { HelpDialog } from "./HelpDialog";
import type { DeskKey } from "./keymap";
import { useDeskKeys } from "./keys";
import { NothingOpen } from "./NothingOpen";
import { byDue } from "./order";
import { ReadingOnly } from "./ReadingOnly";
import { SearchDialog } from "./SearchDialog";
import { useSignals } from "./signals";
import { SleepDialog } from "./SleepDialog";
import { TopBar } from "./TopBar";
import { TransferDialog } from "./TransferDialog";
import { customerName } from "./customerName";
import { answerRinging } from "../phone/desk";
import { InviteDialog } from "../together/InviteDialog";

export function DeskPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { contactId } = useParams({ strict: false }) as { contactId?: string };
  const openId = contactId && /^\d+$/.test(contactId) ? Number(contactId) : null;
  const { data: me } = useSuspenseQuery(meQuery);
  const serves = isOpenTo(me.role, "desk");
  const { data: desk, error, refetch } = useQuery({ ...deskQuery, enabled: serves });
  const [asked, ask] = useState<Asked>(null);
  const [presenceOpen, setPresenceOpen] = useState(false);
  const composer = useRef<{ focus: (kind: "reply" | "note") => void; macros: () => void } | null>(null);
  const looked = useRef(false);
  const acts = useActs();

  const inHand = [...(desk?.in_hand ?? [])].sort(byDue);
  const open = desk && [...desk.in_hand, ...desk.sleeping, ...desk.offers].find((row) => row.id === openId);
  useSignals([...(desk?.offers ?? []), ...(desk?.invitations ?? [])], inHand, openId, (id) => go(id));
  useEffect(() => connectionStore.subscribe(() => connectionStore.get().state === "live" && tellAllDrafts()), []);

  useEffect(() => {
    // Colleagues see who reads; having nothing open any more says so. Opening another one says it by itself.
    if (openId === null && looked.current) api.delete("/viewing", { quiet401: true }).catch(() => undefined);
    looked.current = openId !== null;
  }, [openId]);

  const go = (id: number | undefined): void => {
    if (id !== undefined) void navigate({ to: "/desk/$contactId", params: { contactId: String(id) } });
  };
  const step = (by: 1 | -1): void => {
    const rows = [...inHand, ...(desk?.sleeping ?? [])];
    const at = rows.findIndex((row) => row.id === openId);
    go(rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]?.id);
  };
  const act = (key: DeskKey): void => {
    const first = desk?.offers[0];
    const can = openId === null ? undefined : client.getQueryData(contactQuery(openId).queryKey)?.contact.can;
    switch (key) {
      case "accept": if (!first) answerRinging(); else if (!acts.accept.isPending) acts.accept.mutate(first.id); break;
      case "urgent": go(inHand[0]?.id); break;
      case "next": step(1); break;
      case "previous": step(-1); break;
      case "reply": case "note": composer.current?.focus(key); break;
      case "macros": composer.current?.macros(); break;
      case "invite": if (open && can?.invite) ask(key); break;
      case "transfer": case "close": case "sleep": if (open && can?.[key]) ask(key); break;
      case "presence": setPresenceOpen(true); break;
      case "search": case "help": ask(key); break;
      case "card": document.querySelector<HTMLElement>(".card-edit, .card-open")?.click(); break;
    }
  };
  useDeskKeys(me.keys_enabled, act);

  const leave = (words: string, undo?: "reopen" | "untransfer"): void => {
    ask(null);
    const left = openId;
    if (undo && left !== null) toastWithUndo(words, () => void takeBack(left, undo, go));
    else toast(words);
    const next = inHand.find((row) => row.id !== openId);
    if (next && !matchMedia("(max-width:760px)").matches) go(next.id);
    else void navigate({ to: "/desk" });
  };

  return (
    <main className="desk" data-open={openId !== null || undefined}>
      <h1 className="vh">{t("desk.title")}</h1>
      <TopBar me={me} desk={desk} presenceOpen={presenceOpen} onPresence={setPresenceOpen} acts={acts} onAsk={ask} />
      {!serves ? <ReadingOnly />
        : error && !desk
        ? <div className="list"><div className="pad"><Trouble title={t("desk.trouble")} error={error} onRetry={() => void refetch()} /></div></div>
        : <ContactList desk={desk} openId={openId} acts={acts} />}
      {openId === null ? <NothingOpen desk={desk} acts={acts} onUrgent={() => go(inHand[0]?.id)} />
        : <ConversationPane key={openId} id={openId} me={me} acts={acts} onAsk={ask} composer={composer} />}
      {asked === "search" && <SearchDialog me={me} acts={acts} onClose={() => ask(null)} />}
      {asked === "help" && <HelpDialog keys={me.keys_enabled} onClose={() => ask(null)} />}
      {open && asked === "transfer" && <TransferDialog row={open} acts={acts} onClose={() => ask(null)} onDone={() => leave(t("transfer.done"), "untransfer")} />}
      {openId !== null && asked === "invite" && <Invite id={openId} me={me.id} onClose={() => ask(null)} />}
      {open && asked === "sleep" && <SleepDialog row={open} acts={acts} onClose={() => ask(null)} onDone={() => leave(t("sleep.done"))} />}
      {open && asked === "close" && <CloseDialog row={open} acts={acts} onClose={() => ask(null)} onDone={() => leave(t("closing.done", { name: customerName(open.customer) }), "reopen")} />}
    </main>
  );
}

function Invite({ id, me, onClose }: { id: number; me: number; onClose: () => void }) {
  const { data } = useQuery(contactQuery(id));
  return data ? <InviteDialog conversation={data} me={me} onClose={onClose} /> : null;
}
