import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Door } from "../signin/Door";

/** An address that leads nowhere, and the way back. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Door>
      <h1>{t("trouble.no_page")}</h1>
      <p className="lead">{t("trouble.no_page_lead")}</p>
      <Link className="btn main wide" to="/">{t("rail.home")}</Link>
    </Door>
  );
}
