import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { daysOf } from "../../figures/asking";
import { pooled, toldQuery } from "../../waits/queries";
import { share } from "../../waits/said";
import { Effect } from "../../waits/WaitsPage";
import type { EditorProps } from "../fields/field";

/** What announcing has done in this queue lately: it is read beside the fields that change it. */
export function AnnouncedEffect({ draft }: EditorProps) {
  const { t } = useTranslation("waits");
  const id = typeof draft["id"] === "number" ? draft["id"] : null;
  const { from, to } = daysOf({ period: "month" });
  const { data } = useQuery({ ...toldQuery(from, to), enabled: id !== null });
  const sums = pooled(data?.filter((one) => one.queue_id === id) ?? []);
  if (id === null || !data) return null;
  return (
    <div className="wait-effect small" role="note">
      {sums.looked_at > 0 && <p><b className="b">{t("cushion.lately")}</b> {t("record_drift", { held: share(sums.held / sums.looked_at, 1), promised: share(sums.promised / sums.looked_at) })}</p>}
      <Effect sums={sums} />
    </div>
  );
}
