import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Role } from "../api/types";
import { useNarrow } from "../desk/useNarrow";
import { Icon } from "../parts/Icon";
import { isOpenTo, pageAt } from "./rights";

/** Pages on which a centre is made better. On a phone they share one entry of the rail and stand as tabs. */
const PAGES = ["twin", "target", "trials", "waits"] as const;
const open = (role: Role) => PAGES.filter((one) => isOpenTo(role, one));

/** Whether this role's pages share one entry: where the rail would have several, and is narrow. */
export function useImproveTogether(role: Role): boolean {
  const narrow = useNarrow(760);
  return narrow && open(role).filter((one) => one !== "waits").length > 1;
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
      {open(role).map((one) => <Link key={one} to={`/${one}`} activeProps={{ "aria-current": "page" }}>{one === "waits" ? t("link", { ns: "waits" }) : t("rail", { ns: one })}</Link>)}
    </nav>
  );
}
