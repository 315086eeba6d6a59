import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { api, query } from "../api/client";
import { useNow } from "../api/clock";
import { moment, number, percent } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Skeleton } from "../parts/Skeleton";
import { useTrouble } from "../parts/Trouble";
import type { Content } from "./content";
import { wayOf, type Measured } from "./Drawing";

const DAY_MS = 86_400_000;
type What = "came" | "left" | "served" | "queued";
export interface FiguresOut {
  calls: number; served: number; queued: number; left: number;
  steps: { step: string; came: number; left: number }[];
  ways: { source: string; choice: string; target: string; count: number }[];
}
interface Asked { from_ms: number; to_ms: number; version: number | null }

/** The last days of a menu, asked again when the page is opened, not while it is read. */
export function useFigures(menu: number) {
  const [days, setDays] = useState(7);
  const [version, setVersion] = useState<number | null>(null);
  const [to_ms] = useState(() => Date.now() + 60_000);
  const asked: Asked = { from_ms: to_ms - days * DAY_MS, to_ms, version };
  const found = useQuery({ queryKey: ["menu-figures", menu, asked], queryFn: () => api.get<FiguresOut>(`/menus/${menu}/figures${query({ ...asked })}`), staleTime: 60_000 });
  return { ...found, asked, days, setDays, version, setVersion };
}
export function measuredOf(told: FiguresOut | undefined): Measured | null {
  if (!told || told.calls === 0) return null;
  return {
    calls: told.calls, came: Object.fromEntries(told.steps.map((one) => [one.step, one.came])), left: Object.fromEntries(told.steps.map((one) => [one.step, one.left])),
    ways: Object.fromEntries(told.ways.map((one) => [wayOf(one), one.count])),
  };
}

interface Props { menu: number; content: Content; published: number | null; figures: ReturnType<typeof useFigures> }

/** Who leaves where, who is served: the numbers of the drawing as a table, each with its contacts. */
export function Figures({ menu, content, published, figures }: Props) {
  const { t } = useTranslation("menus");
  const words = useTrouble();
  const [behind, look] = useState<{ what: What; step: string | null; title: string } | null>(null);
  const told = figures.data;
  const share = (count: number): string => (told && told.calls > 0 ? percent(count / told.calls) : "–");
  const named = (step: string): string => content.steps[step]?.title || (content.steps[step] ? t(`kind.${content.steps[step].kind}`) : step);
  const number_of = (count: number, what: What, step: string | null, title: string) =>
    count === 0 ? <span className="num">0</span> : <Button small look="quiet" aria-label={`${title}, ${number(count)}`} onPress={() => look({ what, step, title })}>{number(count)}</Button>;
  return (
    <section className="menu-figures" aria-labelledby="menu-figures">
      <div className="row">
        <h3 id="menu-figures">{t("figures.title")}</h3>
        <NativeSelect label={t("figures.period")} choices={[1, 7, 28, 90].map((days) => ({ key: String(days), name: t("figures.days", { count: days }) }))} value={String(figures.days)} onChange={(days) => figures.setDays(Number(days))} />
        {published !== null && <NativeSelect label={t("figures.which")} choices={[{ key: "all", name: t("figures.all") }, { key: String(published), name: t("heard_version", { version: published }) }]} value={figures.version === null ? "all" : String(figures.version)} onChange={(key) => figures.setVersion(key === "all" ? null : Number(key))} />}
      </div>
      {figures.error && <p className="refused" role="alert">{words(figures.error)}</p>}
      {!told && !figures.error && <Skeleton lines={3} />}
      {told?.calls === 0 && <p className="two">{t("figures.none")}</p>}
      {told && told.calls > 0 && (
        <>
          <ul className="menu-heads">{(["served", "queued", "left"] as const).map((what) => (
            <li key={what}><span className="small two">{t(`figures.${what}`)}</span><b>{share(told[what])}</b>{number_of(told[what], what, null, t(`figures.${what}`))}</li>
          ))}<li><span className="small two">{t("figures.calls")}</span><b>{number(told.calls)}</b></li></ul>
          <div className="menu-table" role="group" tabIndex={0} aria-label={t("figures.table")}>
            <table>
              <thead><tr><th scope="col">{t("step")}</th><th scope="col">{t("figures.came")}</th><th scope="col">{t("figures.share")}</th><th scope="col">{t("figures.left")}</th></tr></thead>
              <tbody>{told.steps.map((one) => (
                <tr key={one.step}><th scope="row">{named(one.step)} <code className="three">{one.step}</code></th><td>{number_of(one.came, "came", one.step, named(one.step))}</td><td className="num">{share(one.came)}</td><td>{number_of(one.left, "left", one.step, `${named(one.step)}, ${t("figures.left")}`)}</td></tr>
              ))}</tbody>
            </table>
          </div>
        </>
      )}
      {behind && <Behind menu={menu} asked={figures.asked} {...behind} onClose={() => look(null)} />}
    </section>
  );
}

function Behind({ menu, asked, what, step, title, onClose }: { menu: number; asked: Asked; what: What; step: string | null; title: string; onClose: () => void }) {
  const { t } = useTranslation("menus");
  const now = useNow();
  const words = useTrouble();
  const { data, error } = useQuery({
    queryKey: ["menu-calls", menu, asked, what, step],
    queryFn: async () => (await api.get<{ items: { contact_id: number; at_ms: number; outcome: string | null }[] }>(`/menus/${menu}/figures/calls${query({ ...asked, what, step })}`)).items,
  });
  return (
    <DialogBox title={title} isOpen onClose={onClose}>
      {error && <p className="refused" role="alert">{words(error)}</p>}
      {!data && !error && <Skeleton lines={4} />}
      <ul className="menu-versions">{data?.map((one) => <li key={one.contact_id}><Link to="/desk/$contactId" params={{ contactId: String(one.contact_id) }}>{t("figures.contact", { id: one.contact_id })}</Link><span className="small two">{moment(one.at_ms, now)}</span></li>)}</ul>
    </DialogBox>
  );
}
