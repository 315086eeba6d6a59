import { useKeymap, written, type DeskKey } from "./keymap";

/** The key of an act, as it stands on its control. */
export function Key({ act }: { act: DeskKey }) {
  const keymap = useKeymap();
  return <kbd>{written(keymap[act])}</kbd>;
}
