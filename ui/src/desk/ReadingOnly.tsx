import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "../parts/Empty";

/** In the place of one's own contacts, for those who read conversations and have none. */
export function ReadingOnly() {
  const { t } = useTranslation();
  return (
    <section className="list" aria-label={t("list.label")}>
      <div className="pad"><Empty title={t("list.reading")}>{t("list.reading_lead")} <Link to="/contacts">{t("list.reading_back")}</Link></Empty></div>
    </section>
  );
}
