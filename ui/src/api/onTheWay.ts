import type { Conversation, Desk } from "./types";

/**
 * What the stream told while an answer was on its way. Two ways lead here, and they do not keep step: an answer
 * that left the server first may come last. Taken as it is, it would wipe out what the stream has told since: an
 * offer, a message, and nothing would bring them back.
 */
let told = 0;
let desk: { at: number; value: Desk } | null = null;
const versions = new Map<number, number>();
const messages = new Map<number, number>();
const deliveries = new Map<number, number>();
/** Asking again at once is of use a few times; a contact that changes faster is asked for by its next event. */
const AGAIN = 3;

const atLeast = (floors: Map<number, number>, key: number, value: number): void => void floors.set(key, Math.max(value, floors.get(key) ?? 0));

export function toldDesk(value: Desk): void {
  desk = { at: ++told, value };
}
export const toldContact = (contact_id: number, version: number): void => atLeast(versions, contact_id, version);
export const toldMessage = (request_id: number, message_id: number): void => atLeast(messages, request_id, message_id);
export const toldDelivery = (contact_id: number): void => void deliveries.set(contact_id, ++told);

/** The desk that `ask` brings, or the one that the stream told of meanwhile: each commit sends one, so that is newer. */
export async function newestDesk(ask: () => Promise<Desk>): Promise<Desk> {
  const asked = told;
  const answer = await ask();
  return desk && desk.at > asked ? desk.value : answer;
}

function isBehind(answer: Conversation, asked: number): boolean {
  const { id, request_id, version } = answer.contact;
  const newest = answer.messages.reduce((latest, message) => Math.max(latest, message.id), 0);
  return version < (versions.get(id) ?? 0) || newest < (messages.get(request_id) ?? 0) || (deliveries.get(id) ?? 0) > asked;
}

/** The conversation that `ask` brings, asked for again while it lacks what the stream has told of it. */
export async function newestConversation(ask: () => Promise<Conversation>): Promise<Conversation> {
  for (let tries = 1; ; tries += 1) {
    const asked = told;
    const answer = await ask();
    if (tries > AGAIN || !isBehind(answer, asked)) return answer;
  }
}
