import { channels } from "./channels";
import { keys, voiceServers, webhooks } from "./integration";
import type { Noun } from "./noun";
import { agents, brands, declineReasons, groups, macros, motives, segments, skills, teams } from "./people";
import { defaults, hours, media, problems, queues, reserves, rules } from "./routing";

/** In the order a new centre is set up. */
export const NOUNS: readonly Noun[] = [brands, teams, skills, groups, agents, hours, queues, reserves, media, defaults, voiceServers, channels, rules, motives, problems, segments, macros, declineReasons, keys, webhooks];
export const nounOf = (key: string): Noun | undefined => NOUNS.find((noun) => noun.key === key);
/** The values that a field of choices offers. */
export function choicesOf(noun: Noun, path: string): readonly string[] {
  const field = noun.fields.find((one) => one.path === path);
  return field?.kind === "choice" ? field.choices : [];
}
export type { Noun } from "./noun";
