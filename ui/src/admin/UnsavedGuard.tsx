import { useBlocker } from "@tanstack/react-router";
import type { RefObject } from "react";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { useWords } from "./words";

/** Asks before a page with unsaved changes is left, inside these pages or by the browser; `passing` lets a page that has just saved go. */
export function UnsavedGuard({ dirty, passing }: { dirty: boolean; passing: RefObject<boolean> }) {
  const { say } = useWords();
  const blocker = useBlocker({ shouldBlockFn: () => dirty && !passing.current, enableBeforeUnload: () => dirty, withResolver: true });
  const blocked = blocker.status === "blocked";
  return (
    <DialogBox title={say("common.leave_title")} isOpen={blocked} onClose={() => blocker.reset?.()} role="alertdialog">
      <p>{say("common.leave_lead")}</p>
      <div className="ends">
        <Button onPress={() => blocker.proceed?.()}>{say("common.leave_go")}</Button>
        <Button look="main" autoFocus onPress={() => blocker.reset?.()}>{say("common.leave_stay")}</Button>
      </div>
    </DialogBox>
  );
}
