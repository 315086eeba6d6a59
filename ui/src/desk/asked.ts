/** The window an agent asked for at the desk; one at a time. */
export type Asked = "transfer" | "sleep" | "close" | "invite" | "search" | "help" | null;
