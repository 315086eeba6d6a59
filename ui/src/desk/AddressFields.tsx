import { useTranslation } from "react-i18next";
import type { Address } from "../api/types";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { TextInput } from "../parts/TextInput";

/** One address in the making: its key stays while it is typed. */
export interface Line { key: number; kind: "email" | "phone"; value: string }

let last = 0;
export const lineOf = (kind: Line["kind"], value: string): Line => ({ key: (last += 1), kind, value });
export const linesOf = (addresses: readonly Address[]): Line[] =>
  addresses.flatMap((one) => (one.kind === "email" || one.kind === "phone" ? [lineOf(one.kind, one.value)] : []));

interface Props { lines: readonly Line[]; onChange: (lines: Line[]) => void; wrong: (at: number) => string | null }

/** The addresses under which a customer is known; the server checks each. */
export function AddressFields({ lines, onChange, wrong }: Props) {
  const { t } = useTranslation();
  const fresh = lines.at(-1)?.value === "";
  return (
    <fieldset className="addresses">
      <legend className="lab">{t("card.reach")}</legend>
      {lines.map((line, at) => (
        <div key={line.key} className="line">
          <TextInput aria-label={t("card.address_of", { kind: t(`card.${line.kind}`), at: at + 1 })} label="" type={line.kind === "email" ? "email" : "tel"} autoFocus={fresh && at === lines.length - 1}
            placeholder={t(`card.${line.kind}`)} value={line.value} wrong={wrong(at)} onChange={(value) => onChange(lines.map((one) => (one.key === line.key ? { ...one, value } : one)))} />
          <Button look="quiet" iconOnly aria-label={t("card.address_remove", { value: line.value || t("card.address_empty") })} onPress={() => onChange(lines.filter((one) => one.key !== line.key))}><Icon name="x" /></Button>
        </div>
      ))}
      <div className="row wrap">
        {(["email", "phone"] as const).map((kind) => <Button key={kind} small look="quiet" onPress={() => onChange([...lines, lineOf(kind, "")])}><Icon name="plus" />{t(`card.address_add_${kind}`)}</Button>)}
      </div>
    </fieldset>
  );
}
