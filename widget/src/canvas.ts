/** The board under one's hand: draws it over whatever lies beneath, and takes pen, finger, mouse and keys. */
import type { Board } from "./board";

/** Red and petrol: they stand out on white and, with their halo, on any screen. */
export const INKS = ["#c2322a", "#0a5b66"] as const;
export type Tool = "pen" | "point";

const STEP = 0.02;
const PULSE_MS = 1_200;

/** Draws strokes and places pointed at on a surface of this size. `beat`: 0 to 1, how far the pulse around a place has come. */
export function paint(board: Board, pen: CanvasRenderingContext2D, width: number, height: number, beat = 0.5): void {
  pen.lineCap = pen.lineJoin = "round";
  const wide = Math.max(2, Math.min(width, height) / 110);
  for (const { ink, points } of board.strokes) {
    const trace = (): void => {
      pen.beginPath();
      pen.moveTo(points[0]! * width, points[1]! * height);
      for (let at = 0; at < points.length; at += 2) pen.lineTo(points[at]! * width, points[at + 1]! * height);
      pen.stroke();
    };
    pen.strokeStyle = "#fffc";
    pen.lineWidth = wide + 3;
    trace();
    pen.strokeStyle = INKS[ink];
    pen.lineWidth = wide;
    trace();
  }
  for (const [at, colour] of [[board.pointed.theirs, INKS[0]], [board.pointed.mine, INKS[1]]] as const) {
    if (!at) continue;
    const [x, y] = [at[0] * width, at[1] * height];
    const ring = (radius: number, style: string, line: number): void => {
      pen.beginPath();
      pen.arc(x, y, radius, 0, 7);
      pen.strokeStyle = style;
      pen.lineWidth = line;
      pen.stroke();
    };
    ring(wide * 4, "#fff", wide + 3);
    ring(wide * 4, colour, wide);
    pen.globalAlpha = 1 - beat;
    ring(wide * (4 + 4 * beat), colour, wide);
    pen.globalAlpha = 1;
  }
}

/** Puts a board on a canvas; gives back how to end it. `tool` and `ink` are asked at each touch. */
export function openCanvas(canvas: HTMLCanvasElement, board: Board, tool: () => Tool, ink: () => 0 | 1): () => void {
  const pen = canvas.getContext("2d")!;
  const still = matchMedia("(prefers-reduced-motion:reduce)").matches;
  let frame = 0;
  let drawing = false;
  /** Where keys stand; null while nobody uses them. */
  let cross: [number, number] | null = null;

  const place = ({ clientX, clientY }: PointerEvent): [number, number] => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  };
  const draw = (now_ms: number): void => {
    const dots = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * dots) || canvas.height !== Math.round(height * dots)) {
      canvas.width = Math.round(width * dots);
      canvas.height = Math.round(height * dots);
    }
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, width, height);
    paint(board, pen, width, height, still ? 0.5 : (now_ms % PULSE_MS) / PULSE_MS);
    if (cross && canvas.matches(":focus")) {
      const [x, y] = [cross[0] * width, cross[1] * height];
      for (const [style, line] of [["#fff", 5], ["#14201e", 2]] as const) {
        pen.strokeStyle = style;
        pen.lineWidth = line;
        pen.beginPath();
        pen.moveTo(x - 12, y);
        pen.lineTo(x + 12, y);
        pen.moveTo(x, y - 12);
        pen.lineTo(x, y + 12);
        pen.stroke();
      }
    }
    board.flush();
    frame = requestAnimationFrame(draw);
  };
  canvas.onpointerdown = (event) => {
    if (event.button) return;
    cross = null;
    canvas.setPointerCapture(event.pointerId);
    if (tool() === "point") return board.point(place(event));
    drawing = true;
    board.begin(ink(), ...place(event));
  };
  canvas.onpointermove = (event) => {
    if (drawing) for (const one of event.getCoalescedEvents?.() ?? [event]) board.to(...place(one));
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    drawing = false;
    board.end();
  };
  // Arrows move, Enter or space points; with the pen it begins and ends a line.
  canvas.onkeydown = (event) => {
    const step: Record<string, [number, number]> = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    const by = step[event.key];
    const press = event.key === "Enter" || event.key === " ";
    if (!by && !press) return;
    event.preventDefault();
    event.stopPropagation();
    cross ??= [0.5, 0.5];
    if (by) {
      cross = [Math.min(1, Math.max(0, cross[0] + by[0])), Math.min(1, Math.max(0, cross[1] + by[1]))];
      if (drawing) board.to(...cross);
    } else if (tool() === "point") board.point(cross);
    else if ((drawing = !drawing)) board.begin(ink(), ...cross);
    else board.end();
  };
  canvas.onblur = () => {
    if (drawing) board.end();
    drawing = false;
  };
  frame = requestAnimationFrame(draw);
  return () => cancelAnimationFrame(frame);
}
