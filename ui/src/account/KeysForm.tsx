import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ACTS, bind, isUsual, unbindAll, usable, useKeymap, written, type DeskKey } from "../desk/keymap";
import { Button } from "../parts/Button";

/** Which key does what: a press on a key, then the new key. */
export function KeysForm() {
  const { t } = useTranslation();
  const keymap = useKeymap();
  const [waiting, wait] = useState<DeskKey | null>(null);
  const [refused, refuse] = useState("");
  const press = (act: DeskKey, key: string): void => {
    if (["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Dead"].includes(key)) return;
    if (key === "Escape" || key === "Tab") return wait(null);
    if (!usable(key)) return refuse(t("keys.refused"));
    const taken = bind(act, key);
    refuse(taken ? t("keys.taken", { key: written(key), act: t(`help.${taken}`) }) : "");
    if (!taken) wait(null);
  };
  return (
    <div className="keymap">
      <ul>
        {ACTS.map((act) => (
          <li key={act}>
            <span>{t(`help.${act}`)}</span>
            <button type="button" className="btn sm" aria-label={t("keys.change", { act: t(`help.${act}`) })} aria-pressed={waiting === act}
              onClick={() => { refuse(""); wait(waiting === act ? null : act); }} onBlur={() => wait(null)}
              onKeyDown={(event) => {
                if (waiting !== act) return;
                if (event.key !== "Tab") event.preventDefault();
                event.stopPropagation();
                press(act, event.key);
              }}>{waiting === act ? t("keys.press") : written(keymap[act])}</button>
          </li>
        ))}
      </ul>
      <p role="status" className="wrong">{refused}</p>
      <div className="row wrap">
        <p className="small three grow">{t("keys.kept")}</p>
        {!isUsual(keymap) && <Button small onPress={() => { refuse(""); unbindAll(); }}>{t("keys.reset")}</Button>}
      </div>
    </div>
  );
}
