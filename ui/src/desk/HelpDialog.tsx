import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { DialogBox } from "../parts/DialogBox";
import "./dialogs.css";

const KEYS = [
  ["accept", ["F2", "A"]], ["urgent", ["F8", "U"]], ["next", ["J"]], ["previous", ["K"]], ["reply", ["R"]], ["note", ["N"]], ["macros", ["M"]], ["send", null],
  ["transfer", ["T"]], ["sleep", ["Z"]], ["close", ["C"]], ["presence", ["S"]], ["search", ["Ctrl K"]], ["leave", null], ["help", ["?"]],
] as const;

export function HelpDialog({ keys, onClose }: { keys: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <DialogBox title={t("help.title")} isOpen onClose={onClose}>
      <p className="two">{t(keys ? "help.lead" : "help.off")} <Link to="/account" onClick={onClose}>{t("help.change")}</Link></p>
      <dl className="keys">
        {KEYS.map(([name, presses]) => (
          <div key={name}><dt>{t(`help.${name}`)}</dt><dd>{(presses ?? [name === "send" ? t("compose.send_key") : t("help.escape")]).map((press) => <kbd key={press}>{press}</kbd>)}</dd></div>
        ))}
      </dl>
    </DialogBox>
  );
}
