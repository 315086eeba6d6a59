import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "../api/clock";
import { motivesQuery } from "../api/queries";
import type { Outcome } from "../api/types";
import { Destinations, type Destination } from "../desk/Destinations";
import { motiveName } from "../desk/names";
import { number } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { SelectInput } from "../parts/SelectInput";
import { TextInput } from "../parts/TextInput";
import type { BulkAsked } from "./types";

const OUTCOMES: readonly Outcome[] = ["resolved", "unresolved", "no_reply", "duplicate", "spam"];
const HOUR_MS = 3_600_000;
const SLEEPS: readonly { key: string; ms: number | null }[] = [{ key: "customer", ms: null }, { key: "hours_4", ms: 4 * HOUR_MS }, { key: "day", ms: 24 * HOUR_MS }, { key: "week", ms: 168 * HOUR_MS }];
const NONE = 0;

/** What the act needs to know: to whom, with which outcome, until when. */
export function BulkDialog({ what, count, onClose, onGo }: { what: BulkAsked; count: number; onClose: () => void; onGo: (act: object) => void }) {
  const { t } = useTranslation("gather");
  const { t: main } = useTranslation();
  const { data: motives = [] } = useQuery(motivesQuery);
  const [to, setTo] = useState<Destination | null>(null);
  const [text, setText] = useState("");
  const [reason, setReason] = useState("");
  const [outcome, setOutcome] = useState<Outcome>("resolved");
  const [motive, setMotive] = useState<number>(NONE);
  const [sleep, setSleep] = useState("customer");
  const go = (): void => {
    if (what === "assign" && to) {
      onGo({ action: "assign", ...("queue_id" in to ? { queue_id: to.queue_id } : { agent_id: to.agent_id }), reason });
    } else if (what === "close") onGo({ action: "close", outcome, motive_id: motive || null });
    else if (what === "motive") onGo({ action: "motive", motive_id: motive || null });
    else if (what === "answer") onGo({ action: "answer", text });
    else if (what === "sleep") {
      const ms = SLEEPS.find((one) => one.key === sleep)?.ms ?? null;
      onGo({ action: "sleep", until_ms: ms === null ? null : serverNow() + ms });
    }
  };
  const motiveChoices = [{ key: NONE, name: main("closing.no_motive") }, ...motives.map((one) => ({ key: one.id, name: motiveName(one) }))];
  return (
    <DialogBox title={t(`bulk.${what}_title`, { count, said: number(count) })} isOpen onClose={onClose}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); go(); }}>
        {what === "assign" && (
          <Destinations onChoose={setTo} />
        )}
        {what === "assign" && <TextInput label={t("bulk.reason")} value={reason} onChange={setReason} maxLength={200} hint={t("bulk.reason_hint")} />}
        {what === "answer" && <TextInput label={t("bulk.text")} value={text} onChange={setText} rows={6} maxLength={20_000} hint={t("bulk.text_hint")} isRequired />}
        {what === "close" && <SelectInput label={main("closing.outcome")} value={outcome} onChange={setOutcome} choices={OUTCOMES.map((key) => ({ key, name: main(`outcome.${key}`) }))} />}
        {(what === "close" || what === "motive") && <SelectInput label={main("closing.motive")} value={motive} onChange={setMotive} choices={motiveChoices} />}
        {what === "sleep" && <SelectInput label={t("bulk.until")} value={sleep} onChange={setSleep} choices={SLEEPS.map(({ key }) => ({ key, name: t(`bulk.sleep_${key as "customer"}`) }))} />}
        <p className="small two">{t("bulk.each")}</p>
        <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" type="submit" isDisabled={(what === "assign" && !to) || (what === "answer" && !text.trim())}>{t(`bulk.${what}`)}</Button></div>
      </form>
    </DialogBox>
  );
}
