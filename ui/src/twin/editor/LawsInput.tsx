import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NativeSelect } from "../../admin/fields/NativeSelect";
import { Button } from "../../parts/Button";
import { hour } from "../shown";
import { LawInput } from "./LawInput";

interface Props { label: string; value: unknown; periods: readonly { from_ms: number; to_ms: number }[]; onChange: (laws: unknown) => void; wrong?: string | null; endless?: boolean }

/** One law for the whole day, or one for each period. */
export function LawsInput({ label, value, periods, onChange, wrong = null, endless = false }: Props) {
  const { t } = useTranslation("scenario");
  const [place, go] = useState(0);
  if (!Array.isArray(value) || value.length <= 1) {
    const one: unknown = Array.isArray(value) ? value[0] : value;
    return (
      <div className="sc-laws">
        <LawInput label={label} value={one} onChange={onChange} wrong={wrong} endless={endless} />
        {periods.length > 1 && <Button look="quiet" small onPress={() => onChange(periods.map(() => one))}>{t("law.by_period")}<span className="vh"> {label}</span></Button>}
      </div>
    );
  }
  const laws = value as unknown[];
  const at = Math.min(place, laws.length - 1);
  return (
    <div className="sc-laws">
      <div className="sc-row">
        <span className="sc-pick"><NativeSelect label={t("law.period_of", { label })} value={String(at)} choices={periods.slice(0, laws.length).map((one, i) => ({ key: String(i), name: `${hour(one.from_ms)}–${hour(one.to_ms)}` }))} onChange={(key) => go(Number(key))} /></span>
        <Button look="quiet" small onPress={() => onChange(laws[at])}>{t("law.for_all")}<span className="vh"> {label}</span></Button>
      </div>
      <LawInput key={at} label={label} value={laws[at]} onChange={(law) => onChange(laws.map((old, i) => (i === at ? law : old)))} wrong={wrong} endless={endless} />
    </div>
  );
}
