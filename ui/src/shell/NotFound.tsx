import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main style={{ padding: 28 }}>
      <h1>{t("trouble.no_page")}</h1>
      <p style={{ marginTop: 8 }}><Link to="/desk">{t("rail.home")}</Link></p>
    </main>
  );
}
