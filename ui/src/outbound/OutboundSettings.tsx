import { CallJournal } from "./CallJournal";
import { CallLists } from "./CallLists";
import "./outbound.css";
import { useTranslation } from "react-i18next";

/** Calls that agents make: who is not to be called for selling, and the proof of each call that was made. */
export function OutboundSettings({ mayChange }: { mayChange: boolean }) {
  const { t } = useTranslation("outbound");
  return (
    <section className="audit outbound" aria-labelledby="outbound-title">
      <header><h2 id="outbound-title">{t("settings.title")}</h2></header>
      <p className="two lead">{t("settings.lead")}</p>
      {mayChange && <CallLists />}
      <CallJournal />
    </section>
  );
}
