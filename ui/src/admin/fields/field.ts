/** A form is a list of these: what is asked, where its value lives in the item, when it applies. Labels are in the catalogue. */
import type { ComponentType } from "react";
import type { Change, Draft } from "../model";
import type { Look, Referred } from "../look";

export interface EditorProps {
  /** Where the value lives; also the key of its texts. */
  path: string;
  noun: string;
  draft: Draft;
  change: Change;
  look: Look;
  /** What the server refused, by path. */
  wrong: (path: string) => string | null;
}

interface Base {
  path: string;
  required?: boolean;
  /** Shown only when this holds. */
  when?: (draft: Draft) => boolean;
  /** Half the width on a wide screen. */
  half?: boolean;
}

export type Field =
  | (Base & { kind: "text"; type?: "email" | "password" | "url"; rows?: number; mono?: boolean; fixedOnceSaved?: boolean })
  | (Base & { kind: "number"; least?: number; most?: number })
  /** Of one, asked in per cent. */
  | (Base & { kind: "percent"; least?: number; most?: number })
  | (Base & { kind: "duration"; optional?: boolean })
  | (Base & { kind: "target" })
  | (Base & { kind: "choice"; choices: readonly string[]; words: string; fixedOnceSaved?: boolean })
  | (Base & { kind: "pick"; noun: Referred; empty?: boolean; fixedOnceSaved?: boolean; suits?: (item: Draft, draft: Draft) => boolean })
  | (Base & { kind: "picks"; noun: Referred; suits?: (item: Draft, draft: Draft) => boolean })
  | (Base & { kind: "switch" })
  | (Base & { kind: "colour" })
  | (Base & { kind: "lines" })
  | (Base & { kind: "bytes" })
  | (Base & { kind: "zone" })
  | (Base & { kind: "section" })
  | (Base & { kind: "own"; Editor: ComponentType<EditorProps> });

/** Does a refusal at `refused` concern the field at `path`? Rows of an editor report deeper paths. */
export const concerns = (path: string, refused: string): boolean => refused === path || refused.startsWith(`${path}.`) || refused.startsWith(`${path}[`);
