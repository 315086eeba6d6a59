/** What is kept of a call that goes on while its page is loaded anew: of this tab alone, for two tabs are two phones. */

export interface Kept {
  token?: string;
  /** When the visitor and an agent first heard each other. */
  talking_ms?: number;
}

const slot = (site: string): string => `affluent-call:${site}`;

export function keptCall(site: string): Kept {
  try {
    return JSON.parse(sessionStorage.getItem(slot(site)) || "{}");
  } catch {
    return {};
  }
}

export function keepCall(site: string, kept: Kept): void {
  try {
    sessionStorage.setItem(slot(site), JSON.stringify(kept));
  } catch {
    // A browser without storage loses the call with the page, no more.
  }
}
