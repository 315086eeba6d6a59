import type { Conversation, Message } from "../api/types";

const isNews = (message: Message, me: number, byLetter: boolean): boolean =>
  message.direction === "out" || message.direction === "note" ? message.author.id !== me
    : message.direction === "in" && byLetter;

/** The newest message that was there; events are no words. */
export const lastSeen = ({ messages }: Conversation): number => messages.reduce((most, one) => Math.max(most, one.id), 0);

/**
 * What others wrote since `seen`: colleagues' answers and notes, and the customer's own words where a letter answers
 * a letter. In a talk the customer writes all the time, and what they write stands right above the field.
 */
export function since({ messages, contact }: Conversation, seen: number, me: number): Message[] {
  const byLetter = contact.medium !== "chat";
  return messages.filter((one) => one.id > seen && isNews(one, me, byLetter));
}
