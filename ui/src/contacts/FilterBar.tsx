import { useQuery } from "@tanstack/react-query";
import { ToggleButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Medium } from "../api/types";
import { Button } from "../parts/Button";
import { AgentFilter } from "./AgentFilter";
import { DateFilter } from "./DateFilter";
import { FilterMenu } from "./FilterMenu";
import { isNarrowed, OUTCOMES, STATES, type Choice, type ListSearch } from "./filters";
import { choicesQuery } from "./queries";

interface Props { search: ListSearch; onChange: (change: Partial<ListSearch>) => void; onClear: () => void }
const MEDIA: readonly Medium[] = ["chat", "email", "form", "voice", "sms", "message", "social", "post"];

/** What narrows the list; each filter says what it holds. */
export function FilterBar({ search, onChange, onClear }: Props) {
  const { t } = useTranslation("contacts");
  const { t: main } = useTranslation();
  const { data } = useQuery(choicesQuery);
  const keyed = (rows: readonly Choice[] | undefined): { key: string; name: string }[] => (rows ?? []).map((one) => ({ key: String(one.id), name: one.name }));
  const numbers = (values: readonly string[]): number[] => values.map(Number);
  const texts = (values: readonly number[] | undefined): string[] => (values ?? []).map(String);
  const several = (data?.brands.length ?? 0) > 1;
  return (
    <div className="filters" role="group" aria-label={t("filter.all")}>
      <FilterMenu label={t("filter.state")} value={search.state ?? []} onChange={(state) => onChange({ state })}
        choices={STATES.map((key) => ({ key, name: key === "open" ? t("filter.open") : main(`state.${key}`) }))} />
      <FilterMenu label={t("filter.queue")} choices={keyed(data?.queues)} value={texts(search.queue)} onChange={(queue) => onChange({ queue: numbers(queue) })} />
      <AgentFilter value={search.agent ?? []} onChange={(agent) => onChange({ agent })} />
      <FilterMenu label={t("filter.motive")} choices={keyed(data?.motives)} value={texts(search.motive)} onChange={(motive) => onChange({ motive: numbers(motive) })} />
      {(data?.problems.length ?? 0) > 0 && <FilterMenu label={t("filter.problem")} choices={keyed(data?.problems)} value={texts(search.problem)} onChange={(problem) => onChange({ problem: numbers(problem) })} />}
      <FilterMenu label={t("filter.channel")} choices={keyed(data?.channels)} value={texts(search.channel)} onChange={(channel) => onChange({ channel: numbers(channel) })} />
      <FilterMenu label={t("filter.medium")} choices={MEDIA.map((key) => ({ key, name: main(`media.${key}`) }))} value={search.medium ?? []} onChange={(medium) => onChange({ medium })} />
      {several && <FilterMenu label={t("filter.brand")} choices={keyed(data?.brands)} value={texts(search.brand)} onChange={(brand) => onChange({ brand: numbers(brand) })} />}
      <FilterMenu label={t("filter.outcome")} choices={OUTCOMES.map((key) => ({ key, name: main(`outcome.${key}`) }))} value={search.outcome ?? []} onChange={(outcome) => onChange({ outcome })} />
      <DateFilter search={search} onChange={onChange} />
      <ToggleButton className={`btn sm filter${search.late ? " on" : ""}`} isSelected={search.late ?? false} onChange={(on) => onChange({ late: on || undefined })}>{t("filter.late")}</ToggleButton>
      {isNarrowed(search) && <Button small look="quiet" onPress={onClear}>{t("filter.clear")}</Button>}
    </div>
  );
}
