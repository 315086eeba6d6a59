import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import "./state.css";

const WIDTHS = ["46%", "100%", "88%", "62%"];

/** Grey lines, only once the wait is felt (300 ms). */
export function Skeleton({ lines = 4, label }: { lines?: number; label?: string }) {
  const { t } = useTranslation();
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <div role="status" aria-busy="true" aria-label={label ?? t("common.loading")} style={{ padding: 16 }}>
      {Array.from({ length: lines }, (_, i) => <div key={i} className="sk" style={{ width: WIDTHS[i % 4] }} />)}
    </div>
  );
}
