import type { Medium } from "../api/types";
import type { IconName } from "./icons";

export const MEDIUM_ICON: Record<Medium, IconName> = {
  voice: "phone", chat: "chat-teardrop-text", email: "envelope-simple", sms: "device-mobile", message: "chat-circle-text",
  social: "share-network", form: "browser", post: "mailbox", fax: "printer", video: "video-camera",
};
