/** The hours that can be promised, as a visitor reads them: by day, on their own clock. */
import { h, type Child } from "./draw";
import { hourWords } from "./hourwords";

export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** An hour with its day. On the night the clocks go back the name of the offset tells the two apart. */
export function told(at_ms: number, lang: string): string {
  const options = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return new Date(at_ms).toLocaleString(lang, twice(at_ms) ? { ...options, timeZoneName: "shortOffset" } : options);
}

/** Once chosen, an hour stands alone: without its day nobody would know which. */
const brief = (at_ms: number, lang: string): string => new Date(at_ms).toLocaleDateString(lang, { weekday: "short", day: "numeric" });

function clock(at_ms: number, lang: string): string {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return new Date(at_ms).toLocaleTimeString(lang, twice(at_ms) ? { ...options, timeZoneName: "shortOffset" } : options);
}

/** Whether this time of the wall clock comes twice: an hour before or after, the clock says the same. */
const twice = (at_ms: number): boolean => {
  const wall = (ms: number) => new Date(ms).toString().slice(0, 21);
  return wall(at_ms - 3_600_000) === wall(at_ms) || wall(at_ms + 3_600_000) === wall(at_ms);
};

/** A list of them; the first choice is none. A native list: it works with any keyboard, phone and reader. */
export function hoursField(hours: number[], lang: string, first: string, error: string | undefined): Child {
  const words = hourWords(lang);
  const days = new Map<string, number[]>();
  for (const at_ms of hours) {
    const day = new Date(at_ms).toLocaleDateString(lang, { weekday: "long", day: "numeric", month: "long" });
    days.set(day, [...(days.get(day) || []), at_ms]);
  }
  return (
    <div class="hours">
      <label for="promised_ms">{words.when}</label>
      <select id="promised_ms" name="promised_ms" aria-invalid={error && "true"} aria-describedby={error ? "promised_ms-error" : "promised_ms-zone"}>
        <option value="">{first}</option>
        {[...days].map(([day, of]) => (
          <optgroup label={day}>
            {of.map((at_ms) => (
              <option value={at_ms}>
                {brief(at_ms, lang)} {clock(at_ms, lang)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <small id="promised_ms-zone">{words.zone(zone())}</small>
      {error && (
        <p class="bad" id="promised_ms-error">
          {error}
        </p>
      )}
    </div>
  );
}
