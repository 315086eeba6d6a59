import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../parts/Icon";
import { dismiss, toastStore } from "../parts/toasts";

export function Toasts() {
  const { t } = useTranslation();
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((one) => (
        <div key={one.id} className={`toast ${one.tone}`}>
          <p>{one.text}</p>
          {one.action && <button type="button" onClick={() => { one.action?.run(); dismiss(one.id); }}>{one.action.name}</button>}
          <button type="button" aria-label={t("common.close")} onClick={() => dismiss(one.id)}><Icon name="x" /></button>
        </div>
      ))}
    </div>
  );
}
