import type { Conversation, Me } from "../api/types";
import type { Call } from "./call";

export interface ExtraProps { conversation: Conversation; call: Call; me: Me }

/** What else one may do during a call, beside what every telephone does: more acts stand here, each a component of its own. */
export const EXTRAS: readonly ((props: ExtraProps) => React.ReactNode)[] = [];

export function CallExtras(props: ExtraProps) {
  return <>{EXTRAS.map((Extra) => <Extra key={Extra.name} {...props} />)}</>;
}
