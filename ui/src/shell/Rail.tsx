import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Icon } from "../parts/Icon";
import { Logo } from "../parts/Logo";
import { Bell } from "../gather/Bell";
import type { Me, Theme } from "../api/types";
import { GroupEntry, useGroups } from "./Grouped";
import { isOpenTo } from "./rights";
import { saveMe } from "./saveMe";

const NEXT: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };

/** The pages, on the left; at the bottom of a phone. */
export function Rail({ me }: { me: Me }) {
  const { t } = useTranslation();
  const groups = useGroups(me.role);
  const together = groups.includes("improve"), watched = groups.includes("watch"), set = groups.includes("set");
  return (
    <nav className="rail" aria-label={t("rail.pages")}>
      <Link className="logo" to="/" activeOptions={{ exact: true }} aria-label={t("rail.home")}><Logo /></Link>
      {isOpenTo(me.role, "desk") && <Link to="/desk" activeProps={{ "aria-current": "page" }}><Icon name="headset" />{t("rail.desk")}</Link>}
      {isOpenTo(me.role, "contacts") && <Link to="/contacts" activeProps={{ "aria-current": "page" }}><Icon name="list-checks" />{t("title", { ns: "contacts" })}</Link>}
      {watched && <GroupEntry group="watch" />}
      {!watched && isOpenTo(me.role, "board") && <Link to="/board" activeProps={{ "aria-current": "page" }}><Icon name="gauge" />{t("rail.board")}</Link>}
      {!watched && isOpenTo(me.role, "figures") && <Link to="/figures" activeProps={{ "aria-current": "page" }}><Icon name="chart-line" />{t("title", { ns: "figures" })}</Link>}
      {together && <GroupEntry group="improve" />}
      {!together && isOpenTo(me.role, "target") && <Link to="/target" activeProps={{ "aria-current": "page" }}><Icon name="target" />{t("rail", { ns: "target" })}</Link>}
      {!together && isOpenTo(me.role, "trials") && <Link to="/trials" activeProps={{ "aria-current": "page" }}><Icon name="seal-check" />{t("rail", { ns: "trials" })}</Link>}
      {!together && isOpenTo(me.role, "twin") && <Link to="/twin" activeProps={{ "aria-current": "page" }}><Icon name="stack" />{t("rail", { ns: "twin" })}</Link>}
      {!set && isOpenTo(me.role, "menus") && <Link to="/menus" activeProps={{ "aria-current": "page" }}><Icon name="tree-structure" />{t("rail", { ns: "menus" })}</Link>}
      {set && <GroupEntry group="set" />}
      {!set && isOpenTo(me.role, "admin") && (
        <Link to="/admin/$noun" params={{ noun: "brands" }} {...(location.pathname.startsWith("/admin") ? { "aria-current": "page" as const } : {})}>
          <Icon name="gear-six" />{t("rail.settings")}
        </Link>
      )}
      <span className="sp" />
      {isOpenTo(me.role, "contacts") && <Bell />}
      <button type="button" className="wide" onClick={() => void saveMe({ theme: NEXT[me.theme] })} aria-label={t("rail.theme_now", { theme: t(`theme.${me.theme}`) })}>
        <Icon name={me.theme === "auto" ? "circle-half" : me.theme === "dark" ? "moon" : "sun"} />{t(`theme.${me.theme}`)}
      </button>
      <button type="button" className="wide" lang={me.locale === "fr" ? "en" : "fr"} onClick={() => void saveMe({ locale: me.locale === "fr" ? "en" : "fr" })}>
        <Icon name="translate" />{me.locale === "fr" ? "English" : "Français"}
      </button>
      <Link to="/account" activeProps={{ "aria-current": "page" }}><Icon name="user-circle" />{t("rail.account")}</Link>
    </nav>
  );
}
