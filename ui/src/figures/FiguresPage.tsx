import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { meQuery } from "../api/queries";
import { clock, number } from "../i18n/format";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { useAsked } from "../parts/useAsked";
import { isOpenTo } from "../shell/rights";
import { AGAINST, byOf, BYS, comparedDays, comparedQuery, daysOf, definitionsQuery, figuresQuery, HEADLINES, INDICATORS_OF, PERIODS, readSearch, SETS, type AgainstKey, type By, type Definition, type FigureSearch, type Figures, type Group, type PeriodKey } from "./asking";
import { BehindDialog } from "./BehindDialog";
import { besideOf, changeOf } from "./change";
import { Chart } from "./Chart";
import { csv, save } from "./csv";
import { CallQuality } from "./CallQuality";
import { Declines } from "./Declines";
import { DefinitionDialog } from "./DefinitionDialog";
import { FigureTable } from "./FigureTable";
import "./figures.css";
import { share, shown, useGroupName } from "./shown";

const MEDIA = ["chat", "email", "form", "message", "voice"] as const;

/** What happened, on which contacts: figures of a period with their ranges, definitions and contacts. */
export function FiguresPage() {
  const { t, i18n } = useTranslation("figures");
  const navigate = useNavigate();
  const search = useAsked(readSearch);
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: figures, error, refetch, isPlaceholderData } = useQuery(figuresQuery(search));
  const { data: compared, error: uncompared, refetch: recompare } = useQuery(comparedQuery(search));
  const then = search.against ? compared : undefined;
  const { data: definitions, error: unread, refetch: again } = useQuery(definitionsQuery(i18n.language));
  const [defining, define] = useState<string | null>(null);
  const [opened, open] = useState<{ key: string; group: Group | null } | null>(null);
  const change = (next: Partial<FigureSearch>): void => void navigate({ to: "/figures", search: { ...search, ...next }, replace: true });
  // A planner sees figures, and not whose they are.
  const mayOpen = me.role !== "planner";
  const by = byOf(search), set = search.set ?? "access";
  const name = useGroupName(by, figures?.timezone ?? "UTC");
  const of = (key: string): Definition | undefined => definitions?.find((one) => one.key === key);
  const columns = INDICATORS_OF[set].map(of).filter((one) => one !== undefined);
  const chosen = of(search.show ?? "service_level");
  const definition = defining ? of(defining) : undefined;
  const behind = opened ? of(opened.key) : undefined;
  const empty = figures !== undefined && Object.values(figures.total).every((one) => !one || one.count === 0);
  const download = (): void => {
    if (!figures || !definitions) return;
    const { from, to } = daysOf(search);
    const words = { head: t(`by.${by}`), total: t("table.total"), then: t("against.then") };
    save(csv(figures, definitions, name, words, i18n.language === "fr", then, besideOf(then, by)), `affluent-${from}-${to}-${by}.csv`);
  };
  return (
    <main className="figures">
      <header className="fig-head">
        <h1>{t("title")}</h1>
        {figures && <span className="small two" role="status">{t("as_of", { at: clock(figures.now_ms), zone: figures.timezone })}</span>}
        <span className="grow" />
        {isOpenTo(me.role, "waits") && <Link className="btn sm" to="/waits">{t("link", { ns: "waits" })}</Link>}
        <Button small onPress={download} isDisabled={!figures || empty}><Icon name="download-simple" />{t("export")}</Button>
      </header>
      <Asking search={search} brands={me.brands} onChange={change} />
      <div className="fig-body" {...(isPlaceholderData ? { "data-old": "" } : {})}>
        {error && !figures && <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />}
        {unread && <Trouble title={t("trouble")} error={unread} onRetry={() => void again()} />}
        {search.against && uncompared && <Trouble title={t("against.trouble")} error={uncompared} onRetry={() => void recompare()} />}
        {!figures && !error && <Skeleton lines={8} />}
        {figures && definitions && empty && <Empty title={t("none")}>{t("none_hint")}</Empty>}
        {figures && definitions && !empty && (
          <>
            <Lead figures={figures} of={of} />
            {then && <Compared search={search} figures={figures} then={then} of={of} />}
            <ul className="heads">
              {HEADLINES.map(of).filter((one) => one !== undefined).map((one) => <Headline key={one.key} definition={one} figures={figures} then={then} chosen={one.key === chosen?.key} onPress={() => define(one.key)} />)}
            </ul>
            {chosen && <section className="drawn" aria-label={chosen.name}>
              <h2>{chosen.name} <span className="two">{t(`per.${by}`)}</span></h2>
              <Chart figures={figures} definition={chosen} search={search} then={then} onOpen={mayOpen && chosen.over === "stays" ? (group) => open({ key: chosen.key, group }) : null} />
            </section>}
            <section className="told">
              <div className="row wrap">
                <h2 className="grow">{t("table.heading")}</h2>
                <ChoiceInput label={t("sets.label")} value={set} onChange={(key) => change({ set: key })} choices={SETS.map((key) => ({ key, name: t(`sets.${key}`) }))} />
              </div>
              <FigureTable figures={figures} then={then} definitions={columns} search={search} chosen={chosen?.key ?? ""} onDefine={define} onOpen={mayOpen ? (key, group) => open({ key, group }) : null} />
              {by === "queue" && <p className="small two">{t("by_queue_note")}</p>}
            </section>
            {set === "work" && <Declines search={search} mayOpen={mayOpen} />}
            {set === "work" && search.brand === undefined && (search.medium ?? "voice") === "voice" && <CallQuality figures={figures} />}
          </>
        )}
      </div>
      {definition && definitions && <DefinitionDialog definition={definition} all={definitions} figures={figures} onClose={() => define(null)}
        onOpen={mayOpen ? (key) => { define(null); open({ key, group: null }); } : null} onShow={(key) => { define(null); change({ show: key }); }} />}
      {opened && behind && <BehindDialog definition={behind} search={search} group={opened.group?.key ?? null} line={opened.group ? name(opened.group) : t("table.total")} onClose={() => open(null)} />}
    </main>
  );
}

function Asking({ search, brands, onChange }: { search: FigureSearch; brands: readonly { id: number; name: string }[]; onChange: (next: Partial<FigureSearch>) => void }) {
  const { t } = useTranslation("figures");
  const period = search.period ?? "week";
  const { from, to } = daysOf(search);
  const choose = (key: PeriodKey): void => onChange(key === "days" ? { period: key, from, to } : { period: key });
  const medium = (key: string): string => t(`medium.${key}` as "medium.chat");
  return (
    <div className="asking" role="group" aria-label={t("asking")}>
      <label><span>{t("period.label")}</span><NativeSelect value={period} choices={PERIODS.map((key) => ({ key, name: t(`period.${key}`) }))} onChange={(key) => choose(key as PeriodKey)} /></label>
      {period === "days" && <>
        <label><span>{t("period.from")}</span><input type="date" value={from} max={to} onChange={(event) => event.target.value && onChange({ from: event.target.value, to })} /></label>
        <label><span>{t("period.to")}</span><input type="date" value={to} min={from} onChange={(event) => event.target.value && onChange({ from, to: event.target.value })} /></label>
      </>}
      <label><span>{t("by.label")}</span><NativeSelect value={byOf(search)} choices={BYS.map((key) => ({ key, name: t(`by.${key}`) }))} onChange={(key) => onChange({ by: key as By })} /></label>
      {brands.length > 1 && <label><span>{t("brand")}</span><NativeSelect value={String(search.brand ?? "")} choices={[{ key: "", name: t("every_brand") }, ...brands.map((one) => ({ key: String(one.id), name: one.name }))]} onChange={(key) => onChange({ brand: key ? Number(key) : undefined } as Partial<FigureSearch>)} /></label>}
      <label><span>{t("medium.label")}</span><NativeSelect value={search.medium ?? ""} choices={[{ key: "", name: t("medium.every") }, ...MEDIA.map((key) => ({ key, name: medium(key) }))]} onChange={(key) => onChange({ medium: key || undefined } as Partial<FigureSearch>)} /></label>
      <label><span>{t("against.label")}</span><NativeSelect value={search.against ?? ""} choices={[{ key: "", name: t("against.none") }, ...AGAINST.map((key) => ({ key, name: t(`against.${key}`) }))]} onChange={(key) => onChange({ against: (key || undefined) as AgainstKey | undefined } as Partial<FigureSearch>)} /></label>
    </div>
  );
}

/** The sentence first. */
function Lead({ figures, of }: { figures: Figures; of: (key: string) => Definition | undefined }) {
  const { t } = useTranslation("figures");
  const received = figures.total["received"], level = figures.total["service_level"];
  const said = { count: received?.count ?? 0, said: number(received?.count ?? 0) };
  if (!level || level.value === null || level.low === null || level.high === null) return <p className="lead">{t("lead_bare", said)}</p>;
  return <p className="lead">{t("lead", { ...said, level: shown(level, of("service_level")), low: share(level.low), high: share(level.high) })}</p>;
}

/** Which days it is compared with, and what is clear about it. */
function Compared({ search, figures, then, of }: { search: FigureSearch; figures: Figures; then: Figures; of: (key: string) => Definition | undefined }) {
  const { t, i18n } = useTranslation("figures");
  const { from, to } = comparedDays(search);
  const days = new Intl.DateTimeFormat(i18n.language === "fr" ? "fr-FR" : "en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).formatRange(Date.parse(from), Date.parse(to));
  const bare = Object.values(then.total).every((one) => !one || one.count === 0);
  const clear = HEADLINES.map(of).flatMap((one) => {
    const change = one && changeOf(figures.total[one.key], then.total[one.key], one);
    return one && change && (change.verdict === "better" || change.verdict === "worse") ? [t(`against.said_${change.verdict}`, { name: one.name, change: change.text })] : [];
  });
  return <p className="two compared">{t("against.with", { days })}{then.to_ms - then.from_ms < figures.to_ms - figures.from_ms && ` ${t("against.same_hours", { at: clock(then.to_ms) })}`}{" "}{bare ? t("against.nobody") : clear.length ? clear.join(" ") : t("against.nothing_clear")}</p>;
}

function Headline({ definition, figures, then, chosen, onPress }: { definition: Definition; figures: Figures; then: Figures | undefined; chosen: boolean; onPress: () => void }) {
  const { t } = useTranslation("figures");
  const figure = figures.total[definition.key];
  const change = then && changeOf(figure, then.total[definition.key], definition);
  const range = figure && figure.low !== null && figure.high !== null ? t("range", { low: share(figure.low), high: share(figure.high) }) : null;
  return (
    <li {...(chosen ? { "data-chosen": "" } : {})}>
      <button type="button" onClick={onPress}>
        <span className="small two">{definition.name}</span>
        <b className="fig">{shown(figure, definition)}</b>
        <span className="small three">{range ?? (figure && figure.count > 0 && definition.measure === "mean" && definition.over === "stays" ? t("over", { count: figure.count, said: number(figure.count) }) : "\u00a0")}</span>
        {then && <span className={`small change${change?.verdict === "worse" ? " late" : ""}`} title={change?.why || undefined}>{change ? [t("against.was", { value: shown(then.total[definition.key], definition) }), change.text, change.verdict && t(`against.${change.verdict}`)].filter(Boolean).join(" · ") : "\u00a0"}</span>}
      </button>
    </li>
  );
}
