import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";

/** What the page's address asks for, by the route's own reader: the router leaves beside it whatever else an address says. */
export function useAsked<T>(read: (search: Record<string, unknown>) => T): T {
  const search: Record<string, unknown> = useSearch({ strict: false });
  return useMemo(() => read(search), [read, search]);
}
