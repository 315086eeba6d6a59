import { useTranslation } from "react-i18next";
import type { Desk } from "../api/types";
import { span } from "../i18n/format";
import { Button } from "../parts/Button";
import type { Acts } from "./acts";

interface Props { desk: Desk; acts: Acts; now: number }

/** An offer was let pass, so nothing is offered for a while: said, since "ready" alone would not tell, and ended by a press. */
export function Resting({ desk, acts, now }: Props) {
  const { t } = useTranslation();
  const until = desk.presence.rests_until_ms ?? 0;
  if (until <= now) return null;
  // To be ready when one is already changes nothing: one goes for a moment, and is back.
  const back = (): void => acts.presence.mutate({ state: "away", reason: "missed" }, { onSuccess: () => acts.presence.mutate({ state: "ready" }) });
  return (
    <div className="resting" role="status">
      <p><b>{t("resting.title")}</b> {t("resting.lead", { span: span(until - now) })}</p>
      <Button small isDisabled={acts.presence.isPending} onPress={back}>{t("resting.back")}</Button>
    </div>
  );
}
