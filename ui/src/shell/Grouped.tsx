import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Role } from "../api/types";
import { useNarrow } from "../desk/useNarrow";
import { Icon } from "../parts/Icon";
import { isOpenTo, pageAt, type PageKey } from "./rights";

/** Pages that share one entry of a phone's rail and stand as tabs above the page; the order is that of the tabs. */
const GROUPS = { watch: ["board", "figures"], improve: ["twin", "target", "trials", "waits"], set: ["admin", "menus"] } as const satisfies Record<string, readonly PageKey[]>;
export type GroupKey = keyof typeof GROUPS;
/** So many entries stand in a phone's rail without scrolling, each 44 pixels wide at least. */
const ENTRIES_MOST = 8;
const ALONE: readonly PageKey[] = ["desk", "contacts", "board", "figures", "target", "trials", "twin", "menus", "admin"];
const ALWAYS = 1;

const open = (role: Role, group: GroupKey): PageKey[] => GROUPS[group].filter((one) => isOpenTo(role, one));
/** Which groups this role's rail has: on a phone what improves the centre, and the others once there are too many entries. */
function groupsOf(role: Role, narrow: boolean): readonly GroupKey[] {
  if (!narrow) return [];
  const entries = ALONE.filter((one) => isOpenTo(role, one)).length + (isOpenTo(role, "contacts") ? 1 : 0) + ALWAYS;
  const wanted: GroupKey[] = entries > ENTRIES_MOST ? ["watch", "improve", "set"] : ["improve"];
  // Announced waits are a link of the figures elsewhere: alone with one other page they make no group.
  return wanted.filter((group) => open(role, group).filter((one) => one !== "waits").length > 1);
}
export const useGroups = (role: Role): readonly GroupKey[] => groupsOf(role, useNarrow(760));

/** The one entry of a group in a phone's rail: it leads to the first of its pages. */
export function GroupEntry({ group }: { group: GroupKey }) {
  const { t } = useTranslation();
  const page = pageAt(useLocation().pathname);
  const here = (GROUPS[group] as readonly PageKey[]).some((one) => one === page || (group === "set" && page === "audit"));
  const current = here ? { "aria-current": "page" as const } : {};
  if (group === "set") return <Link to="/admin/$noun" params={{ noun: "brands" }} {...current}><Icon name="gear-six" />{t("rail.settings")}</Link>;
  return <Link to={group === "watch" ? "/board" : "/twin"} {...current}><Icon name={group === "watch" ? "gauge" : "target"} />{t(`rail.${group}`)}</Link>;
}

/** The tabs above the pages of a group on a phone. */
export function GroupTabs({ role }: { role: Role }) {
  const { t } = useTranslation();
  const path = useLocation().pathname, page = pageAt(path);
  const group = useGroups(role).find((one) => (GROUPS[one] as readonly PageKey[]).some((each) => each === page));
  if (group === undefined) return null;
  const here = (one: PageKey): { "aria-current"?: "page" } => (one === page ? { "aria-current": "page" } : {});
  return (
    <nav className="improve" aria-label={t(group === "set" ? "rail.settings" : `rail.${group}`)}>
      {open(role, group).map((one) => {
        switch (one) {
          case "board": return <Link key={one} to="/board" {...here(one)}>{t("rail.board")}</Link>;
          case "figures": return <Link key={one} to="/figures" {...here(one)}>{t("title", { ns: "figures" })}</Link>;
          case "twin": return <Link key={one} to="/twin" {...here(one)}>{t("rail", { ns: "twin" })}</Link>;
          case "target": return <Link key={one} to="/target" {...here(one)}>{t("rail", { ns: "target" })}</Link>;
          case "trials": return <Link key={one} to="/trials" {...here(one)}>{t("rail", { ns: "trials" })}</Link>;
          case "waits": return <Link key={one} to="/waits" {...here(one)}>{t("link", { ns: "waits" })}</Link>;
          case "menus": return <Link key={one} to="/menus" {...here(one)}>{t("rail", { ns: "menus" })}</Link>;
          default: return <Link key={one} to="/admin/$noun" params={{ noun: "brands" }} {...here(one)}>{t("rail.settings")}</Link>;
        }
      })}
    </nav>
  );
}
