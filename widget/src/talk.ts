/** `<affluent-talk>`: the call itself, put into `<affluent-call>` when it is pressed, or when the page had a call before it was left. */
import { CallSession } from "./callsession";
import { callView, type CallPanel } from "./callview";
import { callWords } from "./callwords";
import base from "./chat.css";
import { readable } from "./colour";
import { draw as drawInto } from "./draw";
import style from "./talk.css";

const PHONE = "(max-width:480px)";

class Talk extends HTMLElement {
  connectedCallback(): void {
    // The button puts it into its place first and tells it where to call after that.
    queueMicrotask(() => this.shadowRoot || this.begin());
  }

  private begin(): void {
    const told = (name: string) => this.getAttribute(name) || "";
    const lang = told("lang");
    const words = callWords(lang);
    const root = this.attachShadow({ mode: "open" });
    // Constructed sheets, not style elements: they pass a strict content policy of the site.
    root.adoptedStyleSheets = [base, style].map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
    root.addEventListener("keydown", (event) => event.stopPropagation());

    const find = <T extends HTMLElement>(selector: string) => root.querySelector<T>(selector);
    const draw = (): void => {
      this.style.setProperty("--c", readable(session.channel?.colour || told("colour")));
      this.toggleAttribute("open", panel.open);
      this.toggleAttribute("beside", !!document.querySelector("affluent-chat"));
      const within = root.activeElement;
      drawInto(root, callView(session, panel, words, Date.now()));
      // What the visitor pressed may be gone with the step it belonged to.
      if (panel.open && within && !root.activeElement) find("dialog .wide:not(:disabled),.acts button,.head button")?.focus();
    };
    const panel: CallPanel = {
      open: false,
      toggle(open) {
        if (open === panel.open) return;
        panel.open = open;
        draw();
        const dialog = find<HTMLDialogElement>("dialog")!;
        if (open) {
          session.connect();
          // A phone gives the whole screen, and the page behind must not be reached.
          if (matchMedia(PHONE).matches) dialog.showModal();
          else dialog.show();
          find(".head button")!.focus();
        } else {
          dialog.close();
          if (!session.up && !session.calling) session.rest();
          find(".launch")!.focus();
        }
      },
      call(event) {
        event.preventDefault();
        void session.call(find<HTMLInputElement>("[name=name]")?.value.trim() || "");
      },
    };
    const session = new CallSession(told("server"), told("site"), lang, draw);
    // The time of the call goes on.
    setInterval(() => session.up && draw(), 1_000);
    draw();
    if (session.resumes) session.connect();
    else panel.toggle(true);
  }
}

customElements.define("affluent-talk", Talk);
