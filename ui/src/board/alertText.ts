import i18next from "i18next";
import { percent } from "../i18n/format";
import type { Alert } from "./model";

const t = i18next.getFixedT(null, "board");
const n = (alert: Alert, key: string): number => alert.params[key] ?? 0;

/** What gives way, in one line. */
export function alertTitle(alert: Alert): string {
  const queue = alert.queue.name;
  switch (alert.kind) {
    case "predicted": return t("alert.predicted", { queue, n: n(alert, "count"), count: n(alert, "count") });
    case "oldest": return alert.level === "late" ? t("alert.oldest_late", { queue, n: n(alert, "count"), count: n(alert, "count") }) : t("alert.oldest_soon", { queue });
    case "nobody": return t("alert.nobody", { queue });
    case "abandonment": return t("alert.abandonment", { queue, share: percent(n(alert, "share")) });
    case "waits": return t("alert.waits", { queue, share: percent(n(alert, "share")) });
    case "service_level": return t("alert.service_level", { queue, share: percent(n(alert, "share")) });
  }
}
/** What it is based on. */
export function alertWhy(alert: Alert): string {
  switch (alert.kind) {
    case "predicted": return t("alert.predicted_why", { served: n(alert, "served"), minutes: n(alert, "minutes"), waiting: n(alert, "waiting") });
    case "oldest": return t("alert.oldest_why", { share: percent(n(alert, "share")) });
    case "nobody": return t("alert.nobody_why", { waiting: n(alert, "waiting"), able: n(alert, "able"), count: n(alert, "able") });
    case "abandonment": return t("alert.abandonment_why", { whole: n(alert, "whole") });
    case "waits": return t("alert.waits_why", { target: percent(n(alert, "target")), whole: n(alert, "whole") });
    case "service_level": return t("alert.service_level_why", { target: percent(n(alert, "target")), whole: n(alert, "whole") });
  }
}
