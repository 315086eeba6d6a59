import { useRef, useState } from "react";
import { upload } from "../api/client";
import type { Attachment } from "../api/types";
import { useTrouble } from "../parts/Trouble";

export interface Sending { key: number; name: string; size: number; share: number; file: Attachment | null; wrong: string | null }

/** Files on their way to the server, for one message. */
export function useFiles() {
  const words = useTrouble();
  const [items, setItems] = useState<readonly Sending[]>([]);
  const stops = useRef(new Map<number, AbortController>());
  const last = useRef(0);
  const change = (key: number, what: Partial<Sending>): void => setItems((all) => all.map((one) => (one.key === key ? { ...one, ...what } : one)));
  const add = (files: FileList): void => {
    for (const file of files) {
      const key = (last.current += 1);
      const stop = new AbortController();
      stops.current.set(key, stop);
      setItems((all) => [...all, { key, name: file.name, size: file.size, share: 0, file: null, wrong: null }]);
      upload<Attachment>(file, (share) => change(key, { share }), stop.signal).then(
        (sent) => change(key, { share: 1, file: sent }),
        (error: unknown) => change(key, { wrong: words(error) }),
      );
    }
  };
  const remove = (key: number): void => {
    stops.current.get(key)?.abort();
    setItems((all) => all.filter((one) => one.key !== key));
  };
  return {
    items, add, remove, clear: () => setItems([]),
    done: items.flatMap((one) => one.file ?? []),
    busy: items.some((one) => !one.file && !one.wrong),
  };
}
