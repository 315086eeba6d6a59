import { useTranslation } from "react-i18next";
import { number } from "../../i18n/format";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { written, type Difference, type Effect, type Problem, type Tried } from "./model";

/** What a document would do: what is wrong with it, or what would differ and for whom. */
export function Outcome({ tried, onLine }: { tried: Tried; onLine: (line: number) => void }) {
  const { t } = useTranslation("policy");
  return (
    <>
      {tried.problems.length > 0 && <Problems title={t("problems", { count: tried.problems.length, said: number(tried.problems.length) })} problems={tried.problems} onLine={onLine} wrong />}
      {tried.problems.length === 0 && tried.differences.length === 0 && <p className="fine" role="status"><Icon name="check" />{t("same")}</p>}
      {tried.differences.length > 0 && <Differing differences={tried.differences} />}
      {tried.effect && tried.differences.length > 0 && <ForWhoWaits effect={tried.effect} />}
      {tried.warnings.length > 0 && <Problems title={t("warnings", { count: tried.warnings.length, said: number(tried.warnings.length) })} problems={tried.warnings} onLine={onLine} />}
    </>
  );
}

function Problems({ title, problems, onLine, wrong = false }: { title: string; problems: Problem[]; onLine: (line: number) => void; wrong?: boolean }) {
  const { t } = useTranslation("policy");
  return (
    <section className="problems" {...(wrong ? { role: "alert" } : {})}>
      <h3>{title}</h3>
      <ul>{problems.map((one) => (
        <li key={`${one.line}/${one.path}/${one.code}/${one.message}`}>
          <Button small onPress={() => onLine(one.line)} aria-label={t("go_to_line", { line: one.line })}>{one.line}</Button>
          <span>{one.message} {one.path && <code className="three">{one.path}</code>}</span>
        </li>
      ))}</ul>
    </section>
  );
}

function ForWhoWaits({ effect }: { effect: Effect }) {
  const { t } = useTranslation("policy");
  return (
    <section className="effect" role="status">
      <h3>{t("who_waits")}</h3>
      <p>{t("waiting", { count: effect.waiting, said: number(effect.waiting) })}</p>
      {effect.queue_goes > 0 && <p className="late"><Icon name="warning" />{t("queue_goes", { count: effect.queue_goes, said: number(effect.queue_goes) })}</p>}
      {effect.newly_unserved > 0 && <p className="late"><Icon name="warning" />{t("newly_unserved", { count: effect.newly_unserved, said: number(effect.newly_unserved) })}</p>}
      {effect.unserved > effect.newly_unserved && <p className="two">{t("unserved", { count: effect.unserved - effect.newly_unserved, said: number(effect.unserved - effect.newly_unserved) })}</p>}
      {effect.waiting > 0 && <p className="two">{t("places_kept")}</p>}
    </section>
  );
}

/** Thing by thing, in the order of the document. */
function Differing({ differences }: { differences: Difference[] }) {
  const { t } = useTranslation("policy");
  return (
    <section className="differing" role="status">
      <h3>{t("differences", { count: differences.length, said: number(differences.length) })}</h3>
      <ul>{differences.map((one) => <li key={`${one.section}/${one.name}`}><Thing one={one} /></li>)}</ul>
    </section>
  );
}

function Thing({ one }: { one: Difference }) {
  const { t, i18n } = useTranslation("policy");
  // Keys of the document come from the server: the test of its words holds them to the catalogue.
  const say = (key: string): string => (i18n.exists(key, { ns: "policy" }) ? String((t as (key: string) => unknown)(key)) : key.split(".").pop() ?? key);
  const way = one.before === null ? "made" : one.after === null ? "away" : "changed";
  const told = one.before === null ? one.after : one.after === null ? {} : one.after;
  return (
    <>
      <p><span className={`way ${way}`}>{say(`ways.${way}`)}</span> <span className="two">{say(`sections.${one.section}`)}</span> <b className="b">{one.name}</b></p>
      <dl>{Object.entries(told ?? {}).map(([key, after]) => (
        <div key={key}>
          <dt>{say(`keys.${key}`)}</dt>
          <dd>{one.before && <><span className="two">{written(one.before[key])}</span> <span aria-hidden="true">→</span><span className="vh">{t("became")}</span> </>}<span>{written(after)}</span></dd>
        </div>
      ))}</dl>
    </>
  );
}
