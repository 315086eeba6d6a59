import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Me } from "../api/types";
import { Empty } from "../parts/Empty";
import { HOME } from "./rights";

/** An address that is somebody else's work: what is so, who can change it, the way back. */
export function NotOpen({ me }: { me: Me }) {
  const { t } = useTranslation();
  return (
    <main className="not-open">
      <h1 className="vh">{t("not_open.title")}</h1>
      <Empty title={t("not_open.title")}>{t("not_open.lead", { role: t(`role.${me.role}`) })} <Link to={HOME[me.role]}>{t("not_open.home")}</Link></Empty>
    </main>
  );
}
