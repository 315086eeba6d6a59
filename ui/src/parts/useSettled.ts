import { useEffect, useState } from "react";

const SETTLED_MS = 200;

/** What was typed, once the typing has paused: each key is not a question to the server. */
export function useSettled(typed: string): string {
  const [settled, settle] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => settle(typed), typed === "" ? 0 : SETTLED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled.trim();
}
