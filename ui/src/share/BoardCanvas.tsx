import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Board } from "../../../widget/src/board";
import { openCanvas, type Tool } from "../../../widget/src/canvas";

interface Props { board: Board; tool: Tool; ink: 0 | 1 }

/** The board, over whatever it is laid on. */
export function BoardCanvas({ board, tool, ink }: Props) {
  const { t } = useTranslation("share");
  const canvas = useRef<HTMLCanvasElement>(null);
  const hand = useRef({ tool, ink });
  hand.current = { tool, ink };
  useEffect(() => (canvas.current ? openCanvas(canvas.current, board, () => hand.current.tool, () => hand.current.ink) : undefined), [board]);
  return <canvas ref={canvas} tabIndex={0} role="application" aria-label={t("surface")} />;
}
