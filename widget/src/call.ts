/**
 * `<affluent-call site="KEY">`: the button of a call from the page. The chat's script loads it on pages that have one; with
 * `data-site` it stands alone. The call itself is another file, which only a visitor who presses the button loads.
 */
import style from "./call.css";
import { readable } from "./colour";
import { draw, h } from "./draw";
import { handset } from "./icons";
import { keptCall } from "./keptcall";

const script = document.currentScript as HTMLScriptElement | null;
const NAME = "affluent-call";
const WORDS = {
  fr: { open: "Nous appeler", failed: "L’appel n’a pas pu être préparé. Essayez encore." },
  en: { open: "Call us", failed: "The call could not be prepared. Try again." },
};

class Call extends HTMLElement {
  private state: "quiet" | "loading" | "failed" | "there" = "quiet";

  connectedCallback(): void {
    if (!this.site || this.shadowRoot) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    this.style.setProperty("--c", readable(this.getAttribute("colour") || ""));
    this.draw();
    // The call that was going on when this tab left the page before this one.
    if (keptCall(this.site).token) this.open();
  }

  private get site(): string {
    return this.getAttribute("site") || "";
  }

  private get spoken(): "fr" | "en" {
    return /^fr/i.test(this.getAttribute("lang") || document.documentElement.lang || navigator.language) ? "fr" : "en";
  }

  private draw(): void {
    const { state } = this;
    const words = WORDS[this.spoken];
    this.toggleAttribute("beside", !!document.querySelector("affluent-chat"));
    const children = [
      h(
        "button",
        { "aria-label": words.open, "aria-haspopup": "dialog", disabled: state === "loading", hidden: state === "there", onclick: () => this.open() },
        handset(),
      ),
      h("p", { role: "alert" }, state === "failed" && words.failed),
    ];
    if (state === "there") {
      const { site, spoken: lang } = this;
      const [server, colour, theme] = [this.server, this.getAttribute("colour"), this.getAttribute("theme")];
      children.push(h("affluent-talk", { site, lang, server, colour, theme }));
    }
    draw(this.shadowRoot!, children);
  }

  private get server(): string {
    return this.getAttribute("server") || new URL(script?.src || location.href).origin;
  }

  private open(): void {
    const show = (state: Call["state"]) => {
      this.state = state;
      this.draw();
    };
    if (customElements.get("affluent-talk")) return show("there");
    const file = document.createElement("script");
    file.src = script?.src.replace("affluent-call.", "affluent-talk.") || `${this.server}/widget/affluent-talk.js`;
    file.onload = () => show("there");
    file.onerror = () => show("failed");
    document.head.append(file);
    show("loading");
  }
}

customElements.get(NAME) || customElements.define(NAME, Call);

const site = script?.dataset.site;
if (site) {
  const call = document.createElement(NAME);
  for (const [name, value] of Object.entries(script.dataset)) call.setAttribute(name, value!);
  const place = () => document.body.append(call);
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
}
