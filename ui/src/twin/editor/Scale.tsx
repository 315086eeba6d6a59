import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NumberInput } from "../../admin/fields/NumberInput";
import { span } from "../../i18n/format";
import { Button } from "../../parts/Button";

/** How long it takes, made longer or shorter in percent: the law stays what it is. */
export function Scale({ mean, name, onScale }: { mean: number | null; name: string; onScale: (factor: number) => void }) {
  const { t } = useTranslation("twin");
  const [percent, setPercent] = useState<number | null>(10);
  return (
    <div className="by-percent">
      <span className="two">{mean === null ? t("form.handling") : t("form.handling_mean", { mean: span(mean) })}</span>
      <NumberInput label={t("form.percent_handling", { name })} value={percent} least={0} most={90} onChange={setPercent} /><span aria-hidden="true">%</span>
      <Button small isDisabled={!percent} onPress={() => onScale(1 - (percent ?? 0) / 100)}>{t("form.shorter")}<span className="vh"> {name}</span></Button>
      <Button small isDisabled={!percent} onPress={() => onScale(1 + (percent ?? 0) / 100)}>{t("form.longer")}<span className="vh"> {name}</span></Button>
    </div>
  );
}
