import { ShareMenu } from "../share/ShareMenu";
import type { ExtraProps } from "./call";
import { Heard } from "./Heard";

/** What else one may do during a call, beside what every telephone does: more acts stand here, each a component of its own. */
export const EXTRAS: readonly ((props: ExtraProps) => React.ReactNode)[] = [Heard, ShareMenu];

export function CallExtras(props: ExtraProps) {
  return <>{EXTRAS.map((Extra) => <Extra key={Extra.name} {...props} />)}</>;
}
