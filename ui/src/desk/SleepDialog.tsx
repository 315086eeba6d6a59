import { useState } from "react";
import { Radio, RadioGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { serverNow } from "../api/clock";
import type { Row } from "../api/types";
import { momentTo } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { SwitchInput } from "../parts/SwitchInput";
import type { Acts } from "./acts";
import "./dialogs.css";
import { customerName } from "./customerName";

const HOUR = 3_600_000;
type Until = "customer" | "hour" | "three_hours" | "afternoon" | "tonight" | "tomorrow" | "in_three_days" | "monday" | "week" | "own";

function at(days: number, hour: number): number {
  const day = new Date(serverNow());
  day.setDate(day.getDate() + days);
  day.setHours(hour, 0, 0, 0);
  return day.getTime();
}
/** For a date field: this browser's wall clock, to the minute. */
const local = (ms: number): string => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

export function SleepDialog({ row, acts, onClose, onDone }: { row: Row; acts: Acts; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const [until, setUntil] = useState<Until>("customer");
  const [own, setOwn] = useState(() => local(serverNow() + 2 * HOUR));
  const [promised, setPromised] = useState(false);
  const now = serverNow();
  const today = new Date(now);
  const times: Partial<Record<Until, number>> = {
    hour: now + HOUR, ...(today.getHours() < 17 ? { three_hours: now + 3 * HOUR } : {}),
    ...(today.getHours() < 11 ? { afternoon: at(0, 14) } : today.getHours() < 15 ? { tonight: at(0, 18) } : {}),
    tomorrow: at(1, 9), in_three_days: at(3, 9),
    // On a Sunday, Monday is tomorrow; in three days it may be Monday as well.
    ...(today.getDay() !== 0 && today.getDay() !== 5 ? { monday: at((8 - today.getDay()) % 7 || 7, 9) } : {}), week: at(7, 9),
  };
  const chosen_ms = until === "customer" ? null : until === "own" ? new Date(own).getTime() : (times[until] ?? null);
  const past = until === "own" && !(chosen_ms !== null && chosen_ms > now);
  const options: Until[] = ["customer", ...(Object.keys(times) as Until[]), "own"];
  return (
    <DialogBox title={t("sleep.title", { name: customerName(row.customer) })} isOpen onClose={onClose}>
      <RadioGroup className="field pick-one" value={until} onChange={(key) => setUntil(key as Until)} aria-label={t("sleep.until")}>
        {options.map((key) => (
          <Radio key={key} value={key} className="radio"><span className="grow">{t(`sleep.${key}`)}</span>
            {times[key] && <span className="small three">{momentTo(times[key], now)}</span>}</Radio>
        ))}
      </RadioGroup>
      {until === "own" && (
        <label className="field"><span className="lab">{t("sleep.when")}</span>
          <input type="datetime-local" value={own} min={local(now)} onChange={(event) => setOwn(event.target.value)} aria-invalid={past} />
          {past && <span className="wrong">{t("sleep.past")}</span>}</label>
      )}
      <SwitchInput label={t("sleep.promise")} value={promised && chosen_ms !== null} isDisabled={chosen_ms === null} onChange={setPromised} />
      <p className="small two">{t(promised && chosen_ms !== null ? "sleep.promise_hint" : "sleep.hint")}</p>
      <div className="ends"><Button onPress={onClose}>{t("common.cancel")}</Button>
        <Button look="main" isDisabled={past} isPending={acts.sleep.isPending} onPress={() => acts.sleep.mutate({ id: row.id, until_ms: chosen_ms, promised: promised && chosen_ms !== null }, { onSuccess: onDone })}>{t("sleep.act")}</Button></div>
    </DialogBox>
  );
}
