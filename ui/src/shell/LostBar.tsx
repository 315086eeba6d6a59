import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import { connectionStore } from "../api/connection";
import { clock, span } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";

/** A blink of the line is not worth a bar. */
const PATIENCE_MS = 1000;

export function LostBar({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  const { state, lost_ms, heard_ms, retry_ms } = useSyncExternalStore(connectionStore.subscribe, connectionStore.get);
  useNow();
  const shown = state === "lost" && lost_ms !== null && Date.now() - lost_ms >= PATIENCE_MS;
  return (
    <>
      <div role="status" className="vh">{shown ? t("lost.said") : ""}</div>
      {shown && (
        <section className="lost" aria-label={t("lost.name")}>
          <Icon name="wifi-slash" />
          <p><b>{t("lost.since", { span: span(Date.now() - lost_ms) })}</b> {t("lost.kept", { clock: clock(heard_ms ?? lost_ms, true) })}</p>
          <span className="small two">{retry_ms && retry_ms > Date.now() ? t("lost.next", { span: span(retry_ms - Date.now()) }) : t("lost.trying")}</span>
          <Button small onPress={onRetry}>{t("common.retry")}</Button>
        </section>
      )}
    </>
  );
}
