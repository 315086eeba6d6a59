import { useTranslation } from "react-i18next";
import { number, span } from "../../i18n/format";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { bars, below, FAMILIES, inFamily, meanMs, readLaw, writeLaw, type Family, type Law, type Part } from "./laws";
import { CountInput, PickInput, ShareInput, TimeSpan } from "./inputs";

const BARS = 36, WIDE = 180, HIGH = 44;

interface Props { label: string; value: unknown; onChange: (law: unknown) => void; wrong?: string | null; /** Whether it may have no end, as patience. */ endless?: boolean; inner?: boolean }

/** A law of durations: its family, what shapes it, and a small drawing of what it gives. */
export function LawInput({ label, value, onChange, wrong, endless = false, inner = false }: Props) {
  const { t } = useTranslation("scenario");
  const law = readLaw(value);
  if (law === null) return <p className="small two"><b className="b">{label}</b> {t("law.elsewhere")}</p>;
  const set = (next: Law): void => onChange(writeLaw(next));
  // Values that were recorded are kept and scaled; nobody types them here.
  const families = FAMILIES.filter((one) => one === law.family || (one !== "empirical" && one !== "quantiles" && (one !== "never" || endless) && (one !== "mixture" || !inner)));
  return (
    <fieldset className="sc-law" data-invalid={wrong ? true : undefined}>
      <legend className={inner ? "vh" : ""}>{label}</legend>
      <div className="sc-row">
        <PickInput label={t("law.family")} value={law.family} choices={families.map((key) => ({ key, name: t(`law.of.${key}`) }))} onChange={(key) => set(inFamily(law, key as Family))} />
        <Shape law={law} onChange={set} />
        <Drawing law={law} label={label} />
      </div>
      {law.family === "mixture" && <Parts parts={law.parts} label={label} onChange={(parts) => set({ ...law, parts })} />}
      {wrong && <span className="wrong">{wrong}</span>}
    </fieldset>
  );
}

function Shape({ law, onChange }: { law: Law; onChange: (law: Law) => void }) {
  const { t } = useTranslation("scenario");
  if (law.family === "never" || law.family === "mixture") return null;
  if (law.family === "uniform") return <>{[0, 1].map((i) => <TimeSpan key={i} label={t(i === 0 ? "law.from" : "law.to")} value={law.values[i] ?? 0} onChange={(ms) => onChange({ ...law, values: law.values.map((old, at) => (at === i ? ms : old)) })} />)}</>;
  if (law.family === "empirical" || law.family === "quantiles") return <p className="small two sc-recorded">{t("law.recorded", { count: law.values.length, said: number(law.values.length) })}</p>;
  return (
    <>
      <TimeSpan key={law.family} label={t(law.family === "always" ? "law.always" : "law.mean")} value={law.mean_ms} onChange={(mean_ms) => onChange({ ...law, mean_ms })} />
      {law.family !== "always" && law.family !== "exponential" && <CountInput label={t(law.family === "lognormal" ? "law.cv" : "law.shape")} value={law.spread} least={0.01} whole={false} onChange={(spread) => { if (spread !== null && spread > 0) onChange({ ...law, spread }); }} />}
    </>
  );
}

/** A mixture: with each share, a law. Of two shares, one follows the other. */
function Parts({ parts, label, onChange }: { parts: readonly Part[]; label: string; onChange: (parts: Part[]) => void }) {
  const { t } = useTranslation("scenario");
  const rounded = (share: number): number => Math.round(share * 1e4) / 1e4;
  const share = (at: number, value: number): Part[] => parts.map((one, i) => (i === at ? { ...one, share: value } : parts.length === 2 ? { ...one, share: rounded(1 - value) } : one));
  return (
    <ul className="sc-parts">
      {parts.map((one, i) => (
        <li key={i}>
          <ShareInput label={t("law.share")} value={one.share} onChange={(value) => onChange(share(i, value))} />
          <LawInput inner label={t("law.part", { label, place: i + 1 })} value={writeLaw(one.law)} onChange={(told) => { const law = readLaw(told); if (law) onChange(parts.map((old, at) => (at === i ? { ...old, law } : old))); }} />
          {parts.length > 1 && <Button look="quiet" small iconOnly aria-label={t("law.drop", { place: i + 1 })} onPress={() => { const left = parts.filter((_, at) => at !== i), sum = left.reduce((all, part) => all + part.share, 0) || 1; onChange(left.map((part) => ({ ...part, share: rounded(part.share / sum) }))); }}><Icon name="x" /></Button>}
        </li>
      ))}
      <li><Button small onPress={() => onChange([...parts.map((one) => ({ ...one, share: rounded(one.share * 0.9) })), { share: 0.1, law: { family: "always", mean_ms: 30_000, spread: 1, values: [], parts: [] } }])}><Icon name="plus" />{t("law.add")}</Button></li>
    </ul>
  );
}

function Drawing({ law, label }: { law: Law; label: string }) {
  const { t } = useTranslation("scenario");
  const drawn = bars(law, BARS);
  if (!drawn) return <p className="small three sc-said">{t("law.never_ends")}</p>;
  const top = Math.max(...drawn.shares, 1e-9), wide = WIDE / BARS;
  const most = drawn.to_ms * 2;
  let low = 0, high = most;
  for (let i = 0; i < 40; i += 1) { const middle = (low + high) / 2; if (below(law, middle) < 0.9) low = middle; else high = middle; }
  const said = t("law.said", { mean: span(meanMs(law)), nine: span(high) });
  return (
    <figure className="sc-drawn">
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label={t("law.drawing", { label, said })} preserveAspectRatio="none">
        {drawn.shares.map((one, i) => <rect key={i} x={i * wide + 0.5} width={wide - 1} y={HIGH - (one / top) * (HIGH - 4)} height={(one / top) * (HIGH - 4)} />)}
        <line x1={(meanMs(law) / drawn.to_ms) * WIDE} x2={(meanMs(law) / drawn.to_ms) * WIDE} y1="0" y2={HIGH} />
      </svg>
      <figcaption className="small three">{said}</figcaption>
    </figure>
  );
}
