import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { startQuery } from "../api/queries";
import { setLocale } from "../i18n";
import { Logo } from "../parts/Logo";
import "./door.css";

/** The page before one is inside: name, one panel, the languages. */
export function Door({ children, below }: { children: ReactNode; below?: ReactNode }) {
  const { i18n } = useTranslation();
  const { data } = useQuery(startQuery);
  const other = i18n.language === "fr" ? "en" : "fr";
  return (
    <main className="door">
      <div className="panel">
        <div className="brand"><Logo size={34} /><b>{data?.name ?? "Affluent"}</b></div>
        {children}
      </div>
      {below}
      <div className="foot">
        <button type="button" lang={other} onClick={() => setLocale(other)}>{other === "fr" ? "Français" : "English"}</button>
        {data && <span>{data.version}</span>}
      </div>
    </main>
  );
}
