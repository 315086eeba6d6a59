import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { DialogBox } from "../parts/DialogBox";
import "./dialogs.css";
import { ACTS, useKeymap, written } from "./keymap";

const FIXED = { accept: "F2", urgent: "F8", search: "Ctrl K" } as const;
const fixedOf = (act: string): string | null => (FIXED as Partial<Record<string, string>>)[act] ?? null;

/** Every key of the desk: the single ones as this person has them, then those that always work. */
export function HelpDialog({ keys, onClose }: { keys: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const keymap = useKeymap();
  const line = (name: string, words: string, presses: (string | null)[]) => (
    <div key={name}><dt>{words}</dt><dd>{presses.map((press) => press && <kbd key={press}>{press}</kbd>)}</dd></div>
  );
  return (
    <DialogBox title={t("help.title")} isOpen onClose={onClose} width="560px">
      <p className="two">{t(keys ? "help.lead" : "help.off")} <Link to="/account" hash="keys" onClick={onClose}>{t("help.change")}</Link></p>
      <dl className="keys">
        {ACTS.map((act) => line(act, t(`help.${act}`), [fixedOf(act), keys ? written(keymap[act]) : null]))}
        {line("send", t("help.send"), [t("compose.send_key")])}
        {line("leave", t("help.leave"), [t("help.escape")])}
        {line("close_dialog", t("help.close_dialog"), [t("help.escape")])}
        {line("menus", t("help.menus"), [t("help.arrows")])}
      </dl>
    </DialogBox>
  );
}
