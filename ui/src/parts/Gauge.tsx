import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { percent } from "../i18n/format";
import "./gauge.css";
import { urgencyOf } from "./urgency";

/** The one scale for urgency: the share of the target used, with its text for those who do not see it. */
export function Gauge({ share }: { share: number }) {
  const { t } = useTranslation();
  return (
    <div className={`g ${urgencyOf(share)}`} style={{ "--u": share } as CSSProperties} role="img" aria-label={t("gauge.used", { share: percent(share) })}>
      <i />
    </div>
  );
}
