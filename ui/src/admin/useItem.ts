import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, ApiError, query } from "../api/client";
import { concerns } from "./fields/field";
import { changedFields, same, sent, writeAt, type Change, type Draft, type Item } from "./model";
import type { Noun } from "./nouns";
import { tellOnce } from "./once";
import { keep } from "./queries";
import { SETTINGS } from "./nouns/channels";

export interface Editing {
  draft: Draft;
  dirty: boolean;
  change: Change;
  reset: () => void;
  save: () => void;
  /** Asks what would become of it, and keeps nothing; `tried` is the answer while the draft is as it was then. */
  tryOut: () => void;
  tried: Item | null;
  /** Why, for those who read the trail. */
  reason: string;
  setReason: (reason: string) => void;
  saving: boolean;
  /** The refusal, when no field of the form can show it. */
  refused: unknown;
  wrong: (path: string) => string | null;
}

/** The draft of one item: what changed, what the server refused and where. */
export function useItem(noun: Noun, item: Item | null, blank: () => Draft, onSaved: (item: Item) => void): Editing {
  const [first, setFirst] = useState<Draft>(() => item ?? blank());
  const [draft, setDraft] = useState<Draft>(first);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState<Item | null>(null);
  const saving = useMutation({
    mutationFn: (only_try: boolean) => {
      const how = query({ reason: reason.trim() || undefined, only_try: only_try ? 1 : undefined });
      return item ? api.patch<Item>(`/admin/${noun.key}/${item.id}${how}`, changedFields(first, draft)) : api.post<Item>(`/admin/${noun.key}${how}`, sent(draft));
    },
    onSuccess: (kept, only_try) => {
      setTried(only_try ? kept : null);
      if (only_try) return;
      setReason("");
      tellOnce(noun.key, kept.id, kept["secret"]);
      setFirst(kept);
      setDraft(kept);
      keep(noun.key, kept);
      onSaved(kept);
    },
  });
  const error = saving.error;
  const at = error instanceof ApiError ? error.field : null;
  const shown = at !== null && noun.fields.some((field) => concerns(field.path, at) || (field.kind === "target" && at.startsWith("target_")));
  return {
    draft, dirty: !same(first, draft), saving: saving.isPending,
    change: (path, value) => setDraft((old) => {
      setTried(null);
      const next = writeAt(old, path, value);
      // Another medium has other settings: they start afresh.
      return path === "medium" && noun.key === "channels" ? { ...next, settings: SETTINGS[String(value)]?.() ?? {}, queue_id: null } : next;
    }),
    reset: () => { setDraft(first); setTried(null); saving.reset(); },
    save: () => saving.mutate(false), tryOut: () => saving.mutate(true), tried, reason, setReason,
    refused: error && !shown ? error : null,
    wrong: (path) => (error instanceof ApiError && at !== null && concerns(path, at) ? error.message : null),
  };
}
