/** `<affluent-chat site="KEY">`, or the script with `data-site`: the button and the conversation behind it. */
import style from "./chat.css";
import { readable } from "./colour";
import { draw as drawInto } from "./draw";
import { Session, type Pending } from "./session";
import { view, type Panel } from "./view";
import { words } from "./words";

const script = document.currentScript as HTMLScriptElement | null;
const NAME = "affluent-chat";
const PHONE = "(max-width:480px)";

/** Loads another of our files, once: what few visitors need weighs on none of the others. */
function more(name: string): void {
  if (!script || customElements.get(name)) return;
  const file = document.createElement("script");
  file.src = script.src.replace("affluent.", name + ".");
  document.head.append(file);
}

class Chat extends HTMLElement {
  connectedCallback(): void {
    const site = this.getAttribute("site");
    if (!site || this.shadowRoot) return;
    const base = this.getAttribute("server") || new URL(script?.src || location.href).origin;
    const wanted = this.getAttribute("lang") || document.documentElement.lang || navigator.language;
    const lang = /^fr/i.test(wanted) ? "fr" : "en";
    const text = words(lang);
    const root = this.attachShadow({ mode: "open" });
    // A constructed sheet, not a style element: it passes a strict content policy of the site.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    root.addEventListener("keydown", (event) => event.stopPropagation());

    const find = <T extends HTMLElement>(selector: string) => root.querySelector<T>(selector)!;
    const draw = (): void => {
      this.style.setProperty("--c", readable(session.colour || this.getAttribute("colour") || ""));
      const log = root.querySelector(".log");
      const low = !log || log.scrollHeight - log.scrollTop - log.clientHeight < 90;
      if (panel.open && !document.hidden) session.look();
      drawInto(root, view(session, panel, text));
      if (low) find(".log").scrollTop = 1e6;
    };
    const panel: Panel = {
      open: false,
      leaving: false,
      files: [],
      set: (change) => (Object.assign(panel, change), draw()),
      toggle(open) {
        if (open === panel.open) return;
        panel.set({ open, leaving: false });
        const dialog = find<HTMLDialogElement>("dialog");
        if (open) {
          session.connect();
          // A phone gives the whole screen, and the page behind must not be reached.
          if (matchMedia(PHONE).matches) dialog.showModal();
          else dialog.show();
          find("textarea").focus();
        } else {
          dialog.close();
          find(".launch").focus();
        }
        draw();
      },
      send(event) {
        event.preventDefault();
        const form = find<HTMLFormElement>("form");
        const box = find<HTMLTextAreaElement>("textarea");
        const said = box.value.trim();
        if (!(said || panel.files[0]) || !form.reportValidity()) return;
        const value = (name: string) => root.querySelector<HTMLInputElement>(`[name=${name}]`)?.value.trim();
        const [name, email] = [value("name"), value("email")];
        const files = panel.files;
        box.value = "";
        panel.files = [];
        session.say(said, files, { ...(name && { name }), ...(email && { email }) });
        find(".log").scrollTop = 1e6;
        box.focus();
      },
      async attach(event) {
        const input = event.target as HTMLInputElement;
        const file = input.files![0]!;
        const limit = session.channel?.max_file_bytes || 0;
        session.notice = "";
        try {
          if (file.size > limit) throw text.big((limit / 1e6).toLocaleString(lang, { style: "unit", unit: "megabyte" }));
          panel.files = [...panel.files, await session.upload(file)];
        } catch (reason) {
          session.notice = typeof reason === "string" ? reason : text.failed;
        }
        input.value = "";
        draw();
      },
      hour_ask(open) {
        more("affluent-hour");
        panel.set({ hour_open: open });
      },
      edit(unsent: Pending) {
        session.discard(unsent.key);
        find<HTMLTextAreaElement>("textarea").value = unsent.text;
        panel.set({ files: unsent.files });
        find("textarea").focus();
      },
    };
    const session = new Session(base, site, lang, draw);
    document.addEventListener("visibilitychange", draw);
    draw();
    // A visitor who never wrote costs no connection: it opens with the panel.
    if (session.token || session.pending[0]) session.connect();
  }
}

customElements.define(NAME, Chat);

const site = script?.dataset.site;
if (site) {
  const chat = document.createElement(NAME);
  for (const [name, value] of Object.entries(script.dataset)) chat.setAttribute(name, value!);
  const place = () => document.body.append(chat);
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
}
const load = () => ["affluent-form", "affluent-call"].map((name) => document.querySelector(name) && more(name));
if (document.readyState === "loading") addEventListener("DOMContentLoaded", load);
else load();
