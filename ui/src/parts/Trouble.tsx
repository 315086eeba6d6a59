import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client";
import { Button } from "./Button";
import "./state.css";

/** What went wrong in the reader's words: the server's own, or that it did not answer. */
export function useTrouble(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (error instanceof ApiError) return error.status === 0 ? t("trouble.no_connection") : error.message || t("trouble.unknown");
    return error instanceof Error ? error.message : t("trouble.unknown");
  };
}

/** What, why, what to do. */
export function Trouble({ title, error, onRetry }: { title: string; error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const words = useTrouble();
  return (
    <div className="box-state wrong" role="alert">
      <h3>{title}</h3>
      <p>{words(error)}</p>
      {onRetry && <div className="row"><Button small onPress={onRetry}>{t("common.retry")}</Button></div>}
    </div>
  );
}
