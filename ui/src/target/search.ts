/** What an address of the target finder asks for; anything unknown is left out. */
export interface TargetSearch { scenario?: number; run?: number }
export function readSearch(search: Record<string, unknown>): TargetSearch {
  const read: TargetSearch = {};
  for (const key of ["scenario", "run"] as const) if (/^\d{1,15}$/.test(String(search[key]))) read[key] = Number(search[key]);
  return read;
}
