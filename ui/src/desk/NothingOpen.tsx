import { useTranslation } from "react-i18next";
import type { Desk } from "../api/types";
import { percent } from "../i18n/format";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import type { Acts } from "./acts";
import { Key } from "./Key";

/** The middle of the desk before a contact is chosen. */
export function NothingOpen({ desk, acts, onUrgent }: { desk: Desk | undefined; acts: Acts; onUrgent: () => void }) {
  const { t } = useTranslation();
  if (!desk) return <section className="conv none" aria-label={t("conv.none")} />;
  const { waiting, most_urgent_share } = desk.queues;
  const ready = desk.presence.state === "ready";
  const some = desk.in_hand.length > 0;
  return (
    <section className="conv none" aria-label={t("conv.none")}>
      <div>
        {some
          ? <Empty title={t("conv.choose")}>{t("conv.choose_lead")}</Empty>
          : <Empty title={t("list.nothing")}>
            {waiting > 0 ? t("list.nothing_waiting", { count: waiting, share: percent(most_urgent_share ?? 0) }) : t("list.nothing_quiet")}{" "}
            {ready ? t("list.nothing_next") : t("list.nothing_away")}
          </Empty>}
        {!some && !ready && <p style={{ marginTop: 12 }}><Button look="main" isPending={acts.presence.isPending} onPress={() => acts.presence.mutate({ state: "ready" })}>{t("presence.become_ready")}</Button></p>}
        {some && <p style={{ marginTop: 12 }}><Button onPress={onUrgent}>{t("conv.urgent")} <Key act="urgent" /></Button></p>}
      </div>
    </section>
  );
}
