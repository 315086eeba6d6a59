import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Me } from "../api/types";
import { HOME } from "./rights";

/** An address that is somebody else's work: what is so, who can change it, the way back. */
export function NotOpen({ me }: { me: Me }) {
  const { t } = useTranslation();
  return (
    <main className="not-open">
      <h1>{t("not_open.title")}</h1>
      <p className="two">{t("not_open.lead", { role: t(`role.${me.role}`) })}</p>
      <Link className="btn" to={HOME[me.role]}>{t("not_open.home")}</Link>
    </main>
  );
}
