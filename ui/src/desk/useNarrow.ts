import { useSyncExternalStore } from "react";

/** Whether the window is at most `width` CSS pixels wide. */
export function useNarrow(width: number): boolean {
  const query = `(max-width:${width}px)`;
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}
