import { useTranslation } from "react-i18next";

export function DeskPage() {
  const { t } = useTranslation();
  return <main><h1 className="vh">{t("desk.title")}</h1></main>;
}
