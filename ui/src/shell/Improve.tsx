import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Role } from "../api/types";
import { useNarrow } from "../desk/useNarrow";
import { Icon } from "../parts/Icon";
import { isOpenTo, pageAt, type PageKey } from "./rights";

/** Pages on which a centre is made better. On a phone they share one entry of the rail and stand as tabs. */
const PAGES: readonly PageKey[] = ["twin", "target", "trials", "waits"];

/** Whether this role's pages share one entry: where the rail would have several, and is narrow. */
export function useImproveTogether(role: Role): boolean {
  const narrow = useNarrow(760);
  return narrow && PAGES.filter((one) => one !== "waits" && isOpenTo(role, one)).length > 1;
}

/** The one entry of a phone's rail. */
export function ImproveEntry() {
  const { t } = useTranslation();
  const page = pageAt(useLocation().pathname);
  const here = PAGES.some((one) => one === page);
  return <Link to="/twin" {...(here ? { "aria-current": "page" as const } : {})}><Icon name="target" />{t("rail.improve")}</Link>;
}

/** The tabs above these pages on a phone. */
export function ImproveTabs({ role }: { role: Role }) {
  const { t } = useTranslation();
  const page = pageAt(useLocation().pathname);
  const together = useImproveTogether(role);
  if (!together || !PAGES.some((one) => one === page)) return null;
  return (
    <nav className="improve" aria-label={t("rail.improve")}>
      {isOpenTo(role, "twin") && <Link to="/twin" activeProps={{ "aria-current": "page" }}>{t("rail", { ns: "twin" })}</Link>}
      {isOpenTo(role, "target") && <Link to="/target" activeProps={{ "aria-current": "page" }}>{t("rail", { ns: "target" })}</Link>}
      {isOpenTo(role, "trials") && <Link to="/trials" activeProps={{ "aria-current": "page" }}>{t("rail", { ns: "trials" })}</Link>}
      {isOpenTo(role, "waits") && <Link to="/waits" activeProps={{ "aria-current": "page" }}>{t("link", { ns: "waits" })}</Link>}
    </nav>
  );
}
