/** Laws of durations as a scenario writes them (docs/reference/scenario.md), read for forms and for their drawing. Times in milliseconds. */
import { readDuration, writeDuration } from "../content";

export const FAMILIES = ["always", "exponential", "gamma", "lognormal", "weibull", "uniform", "mixture", "empirical", "quantiles", "never"] as const;
export type Family = (typeof FAMILIES)[number];
export interface Part { share: number; law: Law }
/** `spread`: shape of gamma and weibull, cv of lognormal. `values`: those of uniform, empirical, quantiles. */
export interface Law { family: Family; mean_ms: number; spread: number; values: number[]; parts: Part[] }

const law = (family: Family, told: Partial<Law> = {}): Law => ({ family, mean_ms: 0, spread: 1, values: [], parts: [], ...told });
const number = (value: unknown, otherwise: number): number => (typeof value === "number" && Number.isFinite(value) ? value : otherwise);
const durations = (value: unknown): number[] => (Array.isArray(value) ? value.map((one) => readDuration(String(one)) ?? 0) : []);

/** Null for what forms cannot show: it stays as it is in the document. */
export function readLaw(written: unknown): Law | null {
  if (written === "never") return law("never");
  if (typeof written === "string" || written === 0) { const ms = readDuration(String(written)); return ms === null ? null : law("always", { mean_ms: ms }); }
  if (typeof written !== "object" || written === null || Array.isArray(written)) return null;
  const one = written as Record<string, unknown>;
  for (const family of ["exponential", "gamma", "lognormal", "weibull"] as const) {
    const ms = typeof one[family] === "string" ? readDuration(one[family]) : null;
    if (ms !== null) return law(family, { mean_ms: ms, spread: number(family === "lognormal" ? one["cv"] : one["shape"], 1) });
  }
  for (const family of ["uniform", "empirical", "quantiles"] as const) if (Array.isArray(one[family])) return law(family, { values: durations(one[family]) });
  if (Array.isArray(one["hyperexponential"])) {
    const parts = (one["hyperexponential"] as Record<string, unknown>[]).map((part) => ({ share: number(part["share"], 0), law: law("exponential", { mean_ms: readDuration(String(part["mean"])) ?? 0 }) }));
    return law("mixture", { parts });
  }
  if (!Array.isArray(one["mixture"])) return null;
  const parts = (one["mixture"] as Record<string, unknown>[]).map((part) => { const { share, ...rest } = part; const inner = readLaw("always" in rest ? rest["always"] : rest); return inner && { share: number(share, 0), law: inner }; });
  return parts.some((part) => part === null) ? null : law("mixture", { parts: parts as Part[] });
}

export function writeLaw(one: Law): unknown {
  const mean = writeDuration(Math.max(1, one.mean_ms));
  switch (one.family) {
    case "never": return "never";
    case "always": return writeDuration(one.mean_ms);
    case "exponential": return { exponential: mean };
    case "lognormal": return { lognormal: mean, cv: one.spread };
    case "gamma": case "weibull": return { [one.family]: mean, shape: one.spread };
    case "mixture": return { mixture: one.parts.map((part) => { const written = writeLaw(part.law); return { share: part.share, ...(typeof written === "object" && written !== null ? written : { always: written }) }; }) };
    default: return { [one.family]: one.values.map(writeDuration) };
  }
}

export function meanMs(one: Law): number {
  const { values } = one;
  if (one.family === "never") return Infinity;
  if (one.family === "mixture") return one.parts.reduce((sum, part) => sum + (part.share > 0 ? part.share * meanMs(part.law) : 0), 0);
  if (one.family === "quantiles") return values.slice(1).reduce((sum, value, i) => sum + (value + (values[i] ?? 0)) / 2, 0) / Math.max(1, values.length - 1);
  if (one.family === "uniform" || one.family === "empirical") return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return one.mean_ms;
}
/** Another family of the same mean, and as wide where it can be. */
export function inFamily(one: Law, family: Family): Law {
  const mean_ms = Math.round(Number.isFinite(meanMs(one)) ? Math.max(1, meanMs(one)) : 120_000);
  if (family === "uniform") return law(family, { values: [0, mean_ms * 2] });
  if (family === "mixture") return law(family, { parts: [{ share: 0.5, law: law("always", { mean_ms: 20_000 }) }, { share: 0.5, law: law("exponential", { mean_ms }) }] });
  const width = one.family === "lognormal" ? one.spread : one.family === "gamma" ? 1 / Math.sqrt(Math.max(1e-6, one.spread)) : 0.8;
  const spread = family === "lognormal" ? width : family === "gamma" ? 1 / (width * width) : 1;
  return law(family, { mean_ms, spread: Math.round(spread * 100) / 100 });
}

// Lanczos; good to ten digits, more than a drawing needs.
function logGamma(x: number): number {
  const c = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5];
  const y = x + 5.5;
  return Math.log((2.5066282746310005 * c.reduce((sum, one, i) => sum + one / (x + i + 1), 1.000000000190015)) / x) - y + (x + 0.5) * Math.log(y);
}
/** The regularised lower incomplete gamma function, by its series; far above the mean it is 1. */
function gammaBelow(shape: number, x: number): number {
  if (x <= 0) return 0;
  if (x > shape + 12 * Math.sqrt(shape) + 24) return 1;
  let term = 1 / shape, sum = term;
  for (let n = 1; n < 500 && term > sum * 1e-9; n += 1) { term *= x / (shape + n); sum += term; }
  return Math.min(1, sum * Math.exp(-x + shape * Math.log(x) - logGamma(shape)));
}
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = 0.3989422804 * Math.exp((-z * z) / 2) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}
/** The share of durations up to `ms`. */
export function below(one: Law, ms: number): number {
  const { mean_ms: mean, spread, values } = one;
  switch (one.family) {
    case "never": return 0;
    case "always": return ms >= mean ? 1 : 0;
    case "exponential": return 1 - Math.exp(-ms / Math.max(1, mean));
    case "gamma": return gammaBelow(spread, (ms * spread) / Math.max(1, mean));
    case "weibull": return 1 - Math.exp(-((ms / (Math.max(1, mean) / Math.exp(logGamma(1 + 1 / spread)))) ** spread));
    case "lognormal": {
      const sigma = Math.sqrt(Math.log(1 + spread * spread));
      return ms <= 0 ? 0 : normalBelow((Math.log(ms) - Math.log(Math.max(1, mean)) + (sigma * sigma) / 2) / Math.max(1e-6, sigma));
    }
    case "uniform": return Math.min(1, Math.max(0, (ms - (values[0] ?? 0)) / Math.max(1, (values[1] ?? 0) - (values[0] ?? 0))));
    case "empirical": return values.filter((value) => value <= ms).length / Math.max(1, values.length);
    case "quantiles": {
      const at = values.findIndex((value) => value > ms);
      if (at < 0) return 1;
      const low = values[at - 1];
      return low === undefined ? 0 : (at - 1 + (ms - low) / Math.max(1, (values[at] ?? low) - low)) / (values.length - 1);
    }
    case "mixture": return one.parts.reduce((sum, part) => sum + part.share * below(part.law, ms), 0);
  }
}
/** Bars of equal width from 0 to where nearly all durations have ended: the share in each. Null where there is no end. */
export function bars(one: Law, count: number): { to_ms: number; shares: number[] } | null {
  const mean = meanMs(one);
  if (!Number.isFinite(mean)) return null;
  let to_ms = Math.max(1000, mean);
  while (below(one, to_ms) < 0.97 && to_ms < mean * 64) to_ms *= 1.25;
  const at = Array.from({ length: count + 1 }, (_, i) => (i === 0 ? 0 : below(one, (to_ms * i) / count)));
  return { to_ms, shares: at.slice(1).map((value, i) => Math.max(0, value - (at[i] ?? 0))) };
}
