/** What is wrong with the document, told at the field that it is about. Paths are JSON pointers. */
import { createContext, useContext } from "react";
import type { Problem } from "../queries";

export const ProblemsHere = createContext<readonly Problem[]>([]);
const pointer = (path: readonly string[]): string => path.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** The first sentence about a place of the document or what lies within it; null when it is right. */
export function useWrong(): (...path: string[]) => string | null {
  const problems = useContext(ProblemsHere);
  return (...path) => {
    const at = pointer(path);
    return problems.find((one) => one.path === at || one.path.startsWith(`${at}/`))?.message ?? null;
  };
}
