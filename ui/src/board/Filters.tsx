import { useTranslation } from "react-i18next";
import type { Medium } from "../api/types";
import { Button } from "../parts/Button";
import type { Narrowing, Whole } from "./model";
import { Pick } from "./Pick";

interface Props { whole: Whole; narrowing: Narrowing; onNarrow: (next: Narrowing) => void }

/** What the page is narrowed to, all in one line. Choices with a single answer are left out. */
export function Filters({ whole, narrowing, onNarrow }: Props) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const media = [...new Set(whole.queues.map((one) => one.medium))];
  const queues = whole.queues.filter((one) => (narrowing.brand === undefined || one.brand_id === narrowing.brand) && (narrowing.medium === undefined || one.medium === narrowing.medium));
  const set = (change: { [K in keyof Narrowing]?: Narrowing[K] | undefined }): void => {
    const next = Object.fromEntries(Object.entries({ ...narrowing, ...change }).filter(([, value]) => value !== undefined));
    onNarrow(next as Narrowing);
  };
  const { wall, ...set_ones } = narrowing;
  return (
    <div className="filters" role="group" aria-label={t("filter.label")}>
      {whole.brands.length > 1 && <Pick label={t("filter.brand")} all={t("all")} value={narrowing.brand} choices={whole.brands} onPick={(brand) => set({ brand, queue: undefined })} />}
      {media.length > 1 && <Pick label={t("filter.medium")} all={t("all_media")} value={narrowing.medium} choices={media.map((id) => ({ id, name: main(`media.${id}`) }))} onPick={(medium) => set({ medium: medium as Medium | undefined, queue: undefined })} />}
      {whole.queues.length > 1 && <Pick label={t("filter.queue")} all={t("all_queues")} value={narrowing.queue} choices={queues} onPick={(queue) => set({ queue })} />}
      {whole.teams.length > 1 && <Pick label={t("filter.team")} all={t("all_teams")} value={narrowing.team} choices={whole.teams} onPick={(team) => set({ team })} />}
      {Object.keys(set_ones).length > 0 && <Button look="quiet" small onPress={() => onNarrow(wall ? { wall } : {})}>{t("filter.clear")}</Button>}
    </div>
  );
}
