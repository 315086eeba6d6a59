import { useTrouble } from "../parts/Trouble";
import { toast } from "../parts/toasts";

/** Runs an act of the board; a refusal is said, and the answer is then undefined. */
export function useAct(): <T>(act: Promise<T>, done?: (answer: T) => void) => Promise<T | undefined> {
  const words = useTrouble();
  return async (act, done) => {
    try {
      const answer = await act;
      done?.(answer);
      return answer;
    } catch (error) {
      toast(words(error), { tone: "wrong" });
      return undefined;
    }
  };
}
