import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { skillsQuery } from "../api/queries";
import type { Offer, Reason } from "../api/types";
import { span } from "../i18n/format";

/** Reasons come as a list, or inside an object of lists. */
export function reasonsOf(why: unknown): Reason[] {
  if (Array.isArray(why)) return why.filter((one): one is Reason => typeof (one as Reason | null)?.code === "string");
  if (why && typeof why === "object") {
    if (typeof (why as Reason).code === "string") return [why as Reason];
    return Object.values(why).flatMap(reasonsOf);
  }
  return [];
}

/** Why this contact comes to this agent, in one line. */
export function WhyLine({ offer, now }: { offer: Offer; now: number }) {
  const { t } = useTranslation();
  const reasons = reasonsOf(offer.why);
  const { data: skills } = useQuery({ ...skillsQuery, enabled: reasons.some((one) => one.code === "skill") });
  const say = ({ code, params = {} }: Reason): string | null => {
    const text = (key: string): string => String(params[key] ?? "");
    switch (code) {
      case "skill": {
        const required = typeof params["required"] === "number" ? params["required"] : params["required"] ? params["asked"] : null;
        const name = skills?.find((one) => one.id === params["skill"])?.name;
        if (!name) return null;
        return required ? t("why.skill", { name, level: text("level"), required }) : t("why.skill_only", { name, level: text("level") });
      }
      case "least_busy": return t("why.least_busy");
      case "least_versatile": return t("why.least_versatile");
      case "longest_idle": return t("why.longest_idle", { span: span(now - Number(params["since_ms"] ?? now)) });
      case "same_agent": return t("why.same_agent");
      case "transferred": return t("why.transferred", { from: text("from") });
      case "tier": return t("why.tier", { tier: text("tier") });
      case "only_one": return t("why.only_one");
      default: return null;
    }
  };
  const parts = reasons.map(say).filter((part) => part !== null);
  if (parts.length === 0) return <div className="why bare" />;
  const line = parts.join(", ");
  return <p className="why"><b className="ink">{t("why.for_you")}</b> {line}.</p>;
}
