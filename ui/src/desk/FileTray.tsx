import { useTranslation } from "react-i18next";
import { percent, size } from "../i18n/format";
import { Icon } from "../parts/Icon";
import type { Sending } from "./useFiles";

export function FileTray({ items, onRemove }: { items: readonly Sending[]; onRemove: (key: number) => void }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <ul className="tray" aria-label={t("msg.attachments")}>
      {items.map((one) => (
        <li key={one.key} className={one.wrong ? "bad" : ""}>
          <Icon name="paperclip" /><span className="cut">{one.name}</span>
          <span className="three">{one.wrong ?? (one.file ? size(one.size) : percent(one.share))}</span>
          <button type="button" aria-label={t("compose.remove_file", { name: one.name })} onClick={() => onRemove(one.key)}><Icon name="x" /></button>
          {!one.file && !one.wrong && <span className="bar-of" style={{ width: `${one.share * 100}%` }} />}
        </li>
      ))}
    </ul>
  );
}
