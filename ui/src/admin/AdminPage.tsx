import { useTranslation } from "react-i18next";

export function AdminPage() {
  const { t } = useTranslation("admin");
  return <main style={{ padding: 28 }}><h1>{t("title")}</h1></main>;
}
