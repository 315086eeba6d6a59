import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError } from "../api/client";
import { client, contactQuery } from "../api/queries";
import type { Me } from "../api/types";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { SharePanel } from "../share/SharePanel";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import type { Acts } from "./acts";
import type { Asked } from "./asked";
import { Composer, type ComposerHandle } from "./Composer";
import "./conversation.css";
import { ConversationHead } from "./ConversationHead";
import { CustomerCard } from "./CustomerCard";
import { Thread } from "./Thread";
import { useNarrow } from "./useNarrow";
import { customerName } from "./customerName";

interface Props { id: number; me: Me; acts: Acts; onAsk: (what: Asked) => void; composer: RefObject<ComposerHandle | null> }

/** One contact: its request's conversation over all channels, the composer, the customer. */
export function ConversationPane({ id, me, acts, onAsk, composer }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const noRoom = useNarrow(1180);
  const [cardOpen, setCardOpen] = useState(false);
  const { data, error, refetch } = useQuery(contactQuery(id));
  const latestIn = data?.messages.findLast((message) => message.direction === "in")?.id;
  const unread = data?.contact.unread ?? 0;
  // Who answers in a conference reads as the agent does.
  const mine = data?.contact.agent?.id === me.id || Boolean(data?.contact.can.reply);

  // Seen only while the page is in front; told again when a new message comes.
  useEffect(() => {
    if (!mine || latestIn === undefined) return;
    const tell = (): void => {
      if (document.visibilityState !== "visible") return;
      api.post(`/contacts/${id}/read`).then(
        () => client.setQueryData(["desk"], (desk: { in_hand: { id: number; unread: number }[] } | undefined) => desk && { ...desk, in_hand: desk.in_hand.map((row) => (row.id === id ? { ...row, unread: 0 } : row)) }),
        () => undefined,
      );
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [id, mine, latestIn, unread]);

  // Coming back to this window: another device may have written on, and what moved meanwhile is read again.
  useEffect(() => {
    const back = (): void => {
      if (document.visibilityState === "visible") void client.invalidateQueries({ queryKey: contactQuery(id).queryKey });
    };
    window.addEventListener("focus", back);
    return () => window.removeEventListener("focus", back);
  }, [id]);

  if (error && !data) {
    const gone = error instanceof ApiError && (error.status === 404 || error.status === 403);
    return (
      <section className="conv none" aria-label={t("conv.label_loading")}>
        <div><Trouble title={t(gone ? "conv.gone" : "conv.trouble")} error={error} {...(gone ? {} : { onRetry: () => void refetch() })} />
          <p style={{ marginTop: 12 }}><Button onPress={() => void navigate({ to: "/desk" })}>{t("common.back")}</Button></p></div>
      </section>
    );
  }
  if (!data) return <section className="conv loading" aria-label={t("conv.label_loading")}><Skeleton lines={3} /><Skeleton lines={8} /></section>;
  const card = <CustomerCard conversation={data} onOpened={() => setCardOpen(false)} />;
  return (
    <>
      <section className="conv" aria-label={t("conv.label", { name: customerName(data.customer) })}>
        <ConversationHead conversation={data} me={me} acts={acts} onAsk={onAsk} {...(noRoom ? { onCard: () => setCardOpen(true) } : {})} />
        {data.contact.medium === "voice" && <SharePanel conversation={data} />}
        <Thread conversation={data} me={me} />
        {data.contact.can.reply || data.contact.can.note
          ? <Composer ref={composer} conversation={data} me={me} />
          : <footer className="comp shut"><p className="small two">{t("compose.shut")}</p></footer>}
      </section>
      {noRoom
        ? <DialogBox title={customerName(data.customer)} isOpen={cardOpen} onClose={() => setCardOpen(false)}><div className="sheet">{card}</div></DialogBox>
        : <aside className="side" aria-label={t("card.label")}>{card}</aside>}
    </>
  );
}
