import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Icon } from "../parts/Icon";
import { Logo } from "../parts/Logo";
import { Bell } from "../gather/Bell";
import type { Me, Role, Theme } from "../api/types";
import { saveMe } from "./saveMe";

const MAY_SEE_SETTINGS: readonly Role[] = ["administrator", "supervisor"];
const MAY_WATCH: readonly Role[] = ["administrator", "supervisor", "planner", "auditor"];
const MAY_SEE_FIGURES: readonly Role[] = ["administrator", "supervisor", "planner", "auditor", "agent"];
const NEXT: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };

/** The pages, on the left; at the bottom of a phone. */
export function Rail({ me }: { me: Me }) {
  const { t } = useTranslation();
  return (
    <nav className="rail" aria-label={t("rail.pages")}>
      <Link className="logo" to="/" activeOptions={{ exact: true }} aria-label={t("rail.home")}><Logo /></Link>
      <Link to="/desk" activeProps={{ "aria-current": "page" }}><Icon name="headset" />{t("rail.desk")}</Link>
      <Link to="/contacts" activeProps={{ "aria-current": "page" }}><Icon name="list-checks" />{t("title", { ns: "contacts" })}</Link>
      {MAY_WATCH.includes(me.role) && <Link to="/board" activeProps={{ "aria-current": "page" }}><Icon name="gauge" />{t("rail.board")}</Link>}
      {MAY_SEE_FIGURES.includes(me.role) && <Link to="/figures" activeProps={{ "aria-current": "page" }}><Icon name="chart-line" />{t("title", { ns: "figures" })}</Link>}
      {MAY_SEE_SETTINGS.includes(me.role) && (
        <Link to="/admin/$noun" params={{ noun: "brands" }} {...(location.pathname.startsWith("/admin") ? { "aria-current": "page" as const } : {})}>
          <Icon name="gear-six" />{t("rail.settings")}
        </Link>
      )}
      <span className="sp" />
      <Bell />
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
