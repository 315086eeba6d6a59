import { sayPulledBack } from "../together/pulledBack";
import { client, contactQuery, deskQuery } from "./queries";
import { setServerNow } from "./clock";
import { toldContact, toldDelivery, toldDesk, toldMessage } from "./onTheWay";
import type { Conversation, Delivery, Desk, Message, Named, Queues } from "./types";
import { heardOfRun } from "../twin/queries";
import { noteTyping } from "./typing";

/** Changes every open conversation that `matches`. */
function changeConversations(matches: (one: Conversation) => boolean, change: (one: Conversation) => Conversation): void {
  for (const [key, one] of client.getQueriesData<Conversation>({ queryKey: ["contact"] })) {
    if (one && matches(one)) client.setQueryData<Conversation>(key, change(one));
  }
}

/** Puts a message where it belongs, once: a message already there is replaced. */
export function placeMessage(messages: readonly Message[], message: Message): Message[] {
  const rest = messages.filter((one) => one.id !== message.id);
  return [...rest, message].sort((a, b) => a.at_ms - b.at_ms || a.id - b.id);
}
export function receiveMessage(request_id: number, message: Message): void {
  changeConversations(
    (one) => one.contact.request_id === request_id,
    (one) => ({ ...one, messages: placeMessage(one.messages, message) }),
  );
}

/** One event of the stream, carried into what the page already knows. */
export function receive(name: string, data: unknown): void {
  switch (name) {
    case "pulled_back": sayPulledBack((data as { contact_id: number }).contact_id); break;
    case "desk": {
      const desk = data as Desk;
      setServerNow(desk.now_ms);
      toldDesk(desk);
      client.setQueryData(deskQuery.queryKey, desk);
      break;
    }
    case "message": {
      const { request_id, message } = data as { request_id: number; message: Message };
      toldMessage(request_id, message.id);
      receiveMessage(request_id, message);
      break;
    }
    case "contact": {
      const { contact_id, version } = data as { contact_id: number; version: number };
      toldContact(contact_id, version);
      const known = client.getQueryData(contactQuery(contact_id).queryKey);
      if (known && known.contact.version !== version) void client.invalidateQueries({ queryKey: ["contact", contact_id] });
      break;
    }
    case "typing":
      noteTyping(data as { contact_id: number; who: "customer" | Named; on?: boolean });
      break;
    case "viewers": {
      const { contact_id, viewers } = data as { contact_id: number; viewers: Named[] };
      changeConversations((one) => one.contact.id === contact_id, (one) => ({ ...one, viewers }));
      break;
    }
    case "delivery": {
      const { contact_id, message_id, read_up_to, delivery, error = null } = data as { contact_id: number; message_id?: number; read_up_to?: number; delivery: Delivery; error?: string | null };
      toldDelivery(contact_id);
      const meant = (message: Message): boolean => message.id === message_id
        || (read_up_to !== undefined && message.contact_id === contact_id && message.direction === "out" && message.id <= read_up_to && message.delivery !== "failed");
      changeConversations(
        (one) => one.messages.some(meant),
        (one) => ({ ...one, messages: one.messages.map((message) => (meant(message) ? { ...message, delivery, error } : message)) }),
      );
      break;
    }
    case "queues":
      client.setQueryData(deskQuery.queryKey, (desk) => desk && { ...desk, queues: data as Queues });
      break;
    case "notices":
      void client.invalidateQueries({ queryKey: ["notices"] });
      break;
    case "notified":
      void client.invalidateQueries({ queryKey: ["notifications"] });
      break;
    case "job":
      void client.invalidateQueries({ queryKey: ["jobs", (data as { id: number }).id] });
      break;
    case "twin":
      heardOfRun(data as Parameters<typeof heardOfRun>[0]);
      break;
    case "settings":
      for (const key of ["macros", "motives", "skills", "directory", "admin"]) void client.invalidateQueries({ queryKey: [key] });
      break;
  }
}

/** Once the stream is there: what moved before it is asked again, and reading the open conversation subscribes to it. */
export function refetchAll(): void {
  void client.invalidateQueries({ queryKey: ["desk"] });
  void client.invalidateQueries({ queryKey: ["contact"] });
  void client.invalidateQueries({ queryKey: ["notices"] });
  void client.invalidateQueries({ queryKey: ["notifications"] });
}
