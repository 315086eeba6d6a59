/** Short words about what just happened; they leave by themselves, and are read aloud politely. */
export interface Toast { id: number; text: string; tone: "plain" | "wrong"; action?: { name: string; run: () => void } }

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();
const publish = (next: readonly Toast[]): void => {
  toasts = next;
  for (const listener of listeners) listener();
};

export function toast(text: string, options: { tone?: Toast["tone"]; action?: Toast["action"]; for_ms?: number } = {}): void {
  const { tone = "plain", action, for_ms = tone === "wrong" ? 10_000 : 5_000 } = options;
  const id = (last += 1);
  publish([...toasts.filter((old) => old.text !== text).slice(-2), { id, text, tone, ...(action ? { action } : {}) }]);
  setTimeout(() => dismiss(id), for_ms);
}
export const dismiss = (id: number): void => publish(toasts.filter((one) => one.id !== id));
export const toastStore = {
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  get: () => toasts,
};
