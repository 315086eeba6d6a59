/** Times of day as `09:30`, for fields; milliseconds after midnight. */
export const clockOf = (ms: number): string => `${String(Math.floor(ms / 3_600_000) % 24).padStart(2, "0")}:${String(Math.floor((ms % 3_600_000) / 60_000)).padStart(2, "0")}`;
export function msOfClock(told: string): number | null {
  const found = /^(\d{1,2}):(\d{2})/.exec(told);
  return found ? Number(found[1]) * 3_600_000 + Number(found[2]) * 60_000 : null;
}
