/** `<affluent-share>`: pictures and boards of a call, put into `<affluent-talk>` once one of the two wants to share something. */
import type { Board } from "./board";
import type { CallSession } from "./callsession";
import { openCanvas } from "./canvas";
import { draw as drawInto } from "./draw";
import style from "./share.css";
import outside from "./shareoutside.css";
import room from "./shareroom.css";
import { outsideView, shareView, type Hand } from "./shareview";
import { shareWords } from "./sharewords";
import { Shares } from "./sharing";

class Share extends HTMLElement {
  /** Set by whoever puts it there, after that. */
  onsession: CallSession | undefined;
  private shares: Shares | null = null;
  private canvas: { on: HTMLCanvasElement; board: Board; close: () => void } | null = null;
  private drawing = 0;
  /** What is shown from here is said, and can be stopped, with the panel put away as well. */
  private readonly outside = document.createElement("div");
  private readonly hand: Hand = { tool: "pen", ink: 0, aspect: 1.6, changed: () => this.later() };

  connectedCallback(): void {
    queueMicrotask(() => this.onsession && !this.shares && this.begin(this.onsession));
  }

  disconnectedCallback(): void {
    this.outside.remove();
    this.canvas?.close();
    this.canvas = null;
  }

  private begin(session: CallSession): void {
    const sheet = (text: string): CSSStyleSheet => {
      const made = new CSSStyleSheet();
      made.replaceSync(text);
      return made;
    };
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet(style)];
    // The panel of the call makes room for a picture, and keeps its acts in sight.
    const panel = this.getRootNode() as ShadowRoot;
    panel.adoptedStyleSheets.push(sheet(room));
    this.outside.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet(style), sheet(outside)];
    this.outside.style.cssText = `--c:${getComputedStyle(this).getPropertyValue("--c")}`;
    document.body.append(this.outside);
    panel.querySelector("dialog")?.addEventListener("close", () => this.later());
    this.shares = new Shares(
      (peer) => session.peers?.line(peer),
      (frame) => session.send(frame),
      () => this.later(),
    );
    session.attend(this.shares);
    this.later();
  }

  /** A hand that draws changes much: it is drawn once a frame. */
  private later(): void {
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      this.draw();
    });
  }

  private draw(): void {
    const root = this.shadowRoot!;
    const pair = this.shares?.pair;
    const within = root.activeElement;
    const panel = this.getRootNode() as ShadowRoot;
    const open = panel.querySelector("dialog")?.open;
    // Whoever put the panel away is asked all the same.
    if (!open && pair && [...pair.shared.values()].some(({ phase }) => phase === "asked")) panel.querySelector<HTMLElement>(".launch")?.click();
    drawInto(this.outside.shadowRoot!, open || !pair ? [] : outsideView(pair, shareWords(this.lang)));
    drawInto(root, shareView(pair, shareWords(this.lang), this.hand));
    this.toggleAttribute("wide", !!pair && (pair.is("screen") || pair.is("board") || pair.is("camera")));
    for (const video of root.querySelectorAll("video") as NodeListOf<HTMLVideoElement & { onstream?: MediaStream }>) {
      const { onstream } = video;
      if (!onstream || video.srcObject === onstream) continue;
      video.srcObject = onstream;
      video.onresize = () => {
        if (video.className === "main" && video.videoHeight) this.hand.aspect = video.videoWidth / video.videoHeight;
        this.later();
      };
      void video.play().catch(() => undefined);
    }
    this.hold(root.querySelector("canvas"), pair?.board ?? null);
    if (within && !root.activeElement) root.querySelector("button")?.focus();
  }

  private hold(canvas: HTMLCanvasElement | null, board: Board | null): void {
    if (this.canvas?.on === canvas && this.canvas?.board === board) return;
    this.canvas?.close();
    this.canvas = canvas && board && { on: canvas, board, close: openCanvas(canvas, board, () => this.hand.tool, () => this.hand.ink) };
  }
}

customElements.get("affluent-share") || customElements.define("affluent-share", Share);
