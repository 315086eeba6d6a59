import { useRef, type RefObject } from "react";

/** Keeps rows where they are while the pointer or the focus is among them; new ones join at the end meanwhile. */
export function useStill<T extends { id: number }>(sorted: readonly T[], place: RefObject<HTMLElement | null>): T[] {
  const shown = useRef<number[]>([]);
  const busy = Boolean(place.current && (place.current.matches(":hover") || place.current.contains(document.activeElement)));
  if (!busy) {
    shown.current = sorted.map((row) => row.id);
    return [...sorted];
  }
  const known = new Map(sorted.map((row) => [row.id, row]));
  const order = [...shown.current.filter((id) => known.has(id)), ...sorted.map((row) => row.id).filter((id) => !shown.current.includes(id))];
  shown.current = order;
  return order.flatMap((id) => known.get(id) ?? []);
}
