/** The one way to the server: JSON, the anti-forgery header, typed refusals, and what to do when a session ended. */
const BASE = "/api/v1";

/** A refusal of the server, or no answer at all (`status` 0, `code` "no_connection"). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** True when trying again later, unchanged, may work. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

let signedOut: () => void = () => undefined;
let locale = "fr";

/** Called once, by the router: what to do when the server no longer knows the session. */
export function onSignedOut(action: () => void): void {
  signedOut = action;
}
export function speak(next: string): void {
  locale = next;
}

async function refusal(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as {
      error?: { code?: string; message?: string; field?: string | null; details?: Record<string, unknown> };
    };
    const error = body.error ?? {};
    return new ApiError(
      response.status, error.code ?? "error", error.message ?? response.statusText, error.field ?? null, error.details ?? {},
    );
  } catch {
    return new ApiError(response.status, "error", response.statusText || String(response.status));
  }
}

export interface CallOptions {
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** A 401 here means "not signed in yet", not "signed out meanwhile". */
  quiet401?: boolean;
  keepalive?: boolean;
}

async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { "X-Affluent": "1", "Accept-Language": locale, Accept: "application/json" };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(BASE + path, {
      method,
      headers,
      credentials: "same-origin",
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
      keepalive: options.keepalive ?? false,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, "no_connection", "");
  }
  if (!response.ok) {
    if (response.status === 401 && !options.quiet401) signedOut();
    throw await refusal(response);
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const api = {
  get: <T>(path: string, options?: CallOptions) => call<T>("GET", path, options),
  post: <T>(path: string, body: unknown = {}, options?: CallOptions) => call<T>("POST", path, { ...options, body }),
  put: <T>(path: string, body: unknown = {}, options?: CallOptions) => call<T>("PUT", path, { ...options, body }),
  patch: <T>(path: string, body: unknown = {}, options?: CallOptions) => call<T>("PATCH", path, { ...options, body }),
  delete: <T>(path: string, options?: CallOptions) => call<T>("DELETE", path, options),
};

/** Query text from the given pairs; empty values are left out. */
export function query(pairs: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(pairs)) if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  const text = search.toString();
  return text ? `?${text}` : "";
}

/** Sends one file; `onProgress` gets a share between 0 and 1. */
export function upload<T>(file: File, onProgress: (share: number) => void, signal?: AbortSignal, path = "/files"): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", BASE + path);
    request.setRequestHeader("X-Affluent", "1");
    request.setRequestHeader("Accept-Language", locale);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(new ApiError(0, "no_connection", ""));
    request.onload = async () => {
      const response = new Response(request.responseText, { status: request.status || 500 });
      if (response.ok) return resolve(JSON.parse(request.responseText) as T);
      if (response.status === 401) signedOut();
      reject(await refusal(response));
    };
    signal?.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

/** Where a file is read; `inline` for a preview, otherwise a download. */
export const recordingUrl = (contactId: number, id: number): string => `${BASE}/contacts/${contactId}/recordings/${id}/sound`;
export const journalUrl = (from_ms: number, to_ms: number): string => `${BASE}/outbound/journal${query({ from_ms, to_ms, form: "csv" })}`;
export const fileUrl = (id: number, inline = false): string => `${BASE}/files/${id}${inline ? "?inline=1" : ""}`;
