import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { day } from "../i18n/format";
import { Icon } from "../parts/Icon";
import { DAYS, type ListSearch } from "./filters";

const DAY_MS = 86_400_000;
/** A day as the browser's own field spells it, in the reader's time zone. */
const spelled = (at_ms: number | undefined): string => {
  if (at_ms === undefined) return "";
  const d = new Date(at_ms);
  return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, "0")}-${String(d.getDate()).padStart(2, "0")}`;
};
const midnight = (text: string, plusDays = 0): number | undefined => {
  const [year, month, date] = text.split("-").map(Number);
  return year && month && date && year > 1970 ? new Date(year, month - 1, date + plusDays).getTime() : undefined;
};

/** When the contact arrived: the last days, or from one day to another. */
export function DateFilter({ search, onChange }: { search: ListSearch; onChange: (change: Partial<ListSearch>) => void }) {
  const { t } = useTranslation("contacts");
  const now = Date.now();
  const { arrived_from_ms: from, arrived_to_ms: to, last_days } = search;
  const said = last_days ? t("date.last", { count: last_days })
    : [from !== undefined && t("date.from_day", { day: day(from, now) }), to !== undefined && t("date.to_day", { day: day(to - DAY_MS / 2, now) })].filter(Boolean).join(" ");
  return (
    <DialogTrigger>
      <Button className={`btn sm filter${said ? " on" : ""}`}>{t("filter.date")}{said && <b className="cut">{said}</b>}<Icon name="caret-down" /></Button>
      <Popover className="pop" placement="bottom start">
        <Dialog aria-label={t("filter.date")} className="filter-in dates">
          <div className="row wrap">
            {DAYS.map((count) => (
              <Button key={count} className={`btn sm${last_days === count ? " main" : ""}`} aria-pressed={last_days === count}
                onPress={() => onChange({ last_days: last_days === count ? undefined : count, arrived_from_ms: undefined, arrived_to_ms: undefined })}>{t("date.last", { count })}</Button>
            ))}
          </div>
          <label className="field"><span className="lab">{t("date.from")}</span>
            <input type="date" value={spelled(from)} onChange={(event) => onChange({ arrived_from_ms: midnight(event.target.value), last_days: undefined })} /></label>
          <label className="field"><span className="lab">{t("date.to")}</span>
            <input type="date" value={to === undefined ? "" : spelled(to - DAY_MS / 2)} onChange={(event) => onChange({ arrived_to_ms: midnight(event.target.value, 1), last_days: undefined })} /></label>
          {said && <Button className="btn sm quiet wide" onPress={() => onChange({ last_days: undefined, arrived_from_ms: undefined, arrived_to_ms: undefined })}>{t("filter.clear_one")}</Button>}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
