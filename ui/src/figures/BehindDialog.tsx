import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import { moment, number, span, target } from "../i18n/format";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import { More } from "../parts/More";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { behindQuery, type Behind, type Definition, type FigureSearch } from "./asking";

/** The contacts behind one figure, latest first; each opens its conversation. */
export function BehindDialog({ definition, search, group, line, onClose }: {
  definition: Definition; search: FigureSearch; group: string | null; line: string; onClose: () => void;
}) {
  const { t } = useTranslation("figures");
  const now = useNow();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(behindQuery(search, definition.key, group));
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const total = data?.pages[0]?.total;
  const judged = (one: Behind): string | null => {
    if (definition.measure === "share") return t(one.value ? "behind.in" : "behind.out");
    return definition.unit === "ms" ? span(one.value) : null;
  };
  return (
    <DialogBox title={`${definition.name} · ${line}`} isOpen onClose={onClose} width="760px">
      <div className="behind">
        {total !== undefined && <p className="two" role="status">{t("behind.count", { count: total, said: number(total) })}</p>}
        {error && <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={6} />}
        <ul>
          {items.map((one) => (
            <li key={`${one.contact_id}.${one.number}`}>
              <Link to="/desk/$contactId" params={{ contactId: String(one.contact_id) }}>
                <Icon name={MEDIUM_ICON[one.medium]} />
                <span className="grow">
                  <span className="row"><b className="cut">{one.customer || t("behind.nobody")}</b><span className="cut two grow">{one.subject}</span></span>
                  <span className="small three cut block">
                    {[moment(one.entered_ms, now), one.queue, one.agent, one.brand].filter(Boolean).join(" · ")}
                  </span>
                </span>
                <span className="num small">
                  {one.waited_ms !== null && <span className="block">{t("behind.waited", { waited: span(one.waited_ms) })}</span>}
                  {one.target_ms !== null && <span className="three block">{t("behind.target", { target: target(one.target_ms) })}</span>}
                </span>
                {judged(one) !== null && <b className={`verdict small${definition.measure === "share" && !one.value === (definition.better === "high") ? " late" : ""}`}>{judged(one)}</b>}
              </Link>
            </li>
          ))}
        </ul>
        {hasNextPage && <More isPending={isFetchingNextPage} onMore={() => void fetchNextPage()}>{t("behind.more")}</More>}
      </div>
    </DialogBox>
  );
}
