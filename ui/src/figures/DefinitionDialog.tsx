import { useTranslation } from "react-i18next";
import { number } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import type { Definition, Figures } from "./asking";
import { share, shown } from "./shown";

/** What a figure means, beside the other formulas that are in use for the same question, on the same contacts. */
export function DefinitionDialog({ definition, all, figures, onClose, onOpen, onShow }: {
  definition: Definition; all: readonly Definition[]; figures: Figures | undefined;
  onClose: () => void; onOpen: ((key: string) => void) | null; onShow: (key: string) => void;
}) {
  const { t } = useTranslation("figures");
  const first = definition.variant_of ?? definition.key;
  const family = all.filter((one) => one.key === first || one.variant_of === first);
  const figure = figures?.total[definition.key];
  return (
    <DialogBox title={definition.name} isOpen onClose={onClose} width="640px">
      <div className="define">
        <p className="ask">{definition.question}</p>
        {figure && figure.count > 0 && (
          <p className="worth"><b>{shown(figure, definition)}</b> <span className="two">
            {t("counts", { part: number(figure.part), count: number(figure.count), context: definition.measure })}
            {figure.low !== null && figure.high !== null && <> · {t("range", { low: share(figure.low), high: share(figure.high) })}</>}
          </span></p>
        )}
        <dl>
          <div><dt>{t("define.counts")}</dt><dd>{definition.counts}</dd></div>
          <div><dt>{t("define.excludes")}</dt><dd>{definition.excludes}</dd></div>
          <div><dt>{t("define.placed")}</dt><dd>{t(`placed.${definition.placed}` as "placed.entered_ms")}</dd></div>
          <div><dt>{t("define.source")}</dt><dd>{definition.source}</dd></div>
        </dl>
        {family.length > 1 && (
          <table>
            <caption>{t("define.variants")}</caption>
            <tbody>
              {family.map((one) => (
                <tr key={one.key} {...(one.key === definition.key ? { "aria-current": true } : {})}>
                  <th scope="row">{one.name}</th><td className="num b">{shown(figures?.total[one.key], one)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <div className="row wrap">
          <Button look="main" onPress={() => onShow(definition.key)}>{t("define.show")}</Button>
          {definition.over === "stays" && onOpen && <Button onPress={() => onOpen(definition.key)}>{t("define.open")}</Button>}
        </div>
      </div>
    </DialogBox>
  );
}
