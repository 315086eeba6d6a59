/** `<affluent-form key="KEY">`: the web form an administrator defined, drawn in the page's own font. */
import { draw, h, type Child } from "./draw";
import style from "./form.css";
import { formWords } from "./formwords";
import { hoursField, told, zone } from "./hours";
import { hourWords } from "./hourwords";

interface Field {
  key: string;
  label_fr: string;
  label_en: string;
  kind: "text" | "long" | "email" | "phone" | "choice" | "file" | "checkbox";
  required: boolean;
  choices_fr?: string[];
  choices_en?: string[];
}

interface Definition {
  closed?: string | null;
  /** What is known already, said before anyone writes. */
  notices?: string[];
  title: string;
  fields: Field[];
  thanks: string;
  /** The hours that the visitor may be promised; none without any. */
  hours?: number[];
}

interface Refusal {
  message: string;
  field: string | null;
  details?: { hours_ms?: number[] };
}

interface Done {
  thanks: string;
  reference: string;
  offer?: { text: string; act: string; path: string };
  promised?: { at_ms: number; path: string };
}

type Control = HTMLInputElement;

const script = document.currentScript as HTMLScriptElement | null;
const TYPES: Partial<Record<Field["kind"], string>> = { email: "email", phone: "tel", file: "file", checkbox: "checkbox" };
/** A field that people neither see nor reach: who fills it in is a program, and the server lets it go. */
const TRAP = "website";
const FILLS: Partial<Record<Field["kind"], string>> = { email: "email", phone: "tel" };

class Form extends HTMLElement {
  private definition: Definition | null = null;
  private errors: Record<string, string> = {};
  private notice = "";
  private done: Done | null = null;
  private busy = false;
  // The same key for each try of one request: a repeat after a cut opens no second one.
  private readonly once = crypto.getRandomValues(new Uint32Array(4)).join("-");
  private readonly base = this.getAttribute("server") || new URL(script?.src || location.href).origin;
  private readonly language = /^fr/i.test(this.getAttribute("lang") || document.documentElement.lang || navigator.language) ? "fr" : "en";
  private readonly words = formWords(this.language);

  connectedCallback(): void {
    if (this.shadowRoot) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    void this.open();
  }

  private get address(): string {
    return `${this.base}/form/v1/${this.getAttribute("key")}?lang=${this.language}`;
  }

  private async open(): Promise<void> {
    try {
      const answer = await fetch(this.address);
      if (!answer.ok) throw answer;
      this.definition = await answer.json();
    } catch {
      this.notice = this.words.gone;
    }
    this.draw();
  }

  private draw(): void {
    draw(this.shadowRoot!, [this.page()]);
  }

  private page(): Child {
    const { definition, done, words, notice } = this;
    if (done)
      return (
        <div role="status" tabindex="-1" class="done">
          <h2>{done.thanks}</h2>
          {done.reference && <p>{words.reference(done.reference)}</p>}
          {done.promised && (
            <p class="known">
              {hourWords(this.language).made(told(done.promised.at_ms, this.language))}{" "}
              <a href={this.base + done.promised.path}>{hourWords(this.language).change}</a>
            </p>
          )}
          {done.offer && (
            <p class="known">
              {done.offer.text} <a href={this.base + done.offer.path}>{done.offer.act}</a>
            </p>
          )}
        </div>
      );
    if (!definition || definition.closed) return <p role="alert">{definition?.closed || notice}</p>;
    return (
      <form novalidate onsubmit={(event: Event) => void this.send(event)} aria-label={definition.title}>
        <h2>{definition.title}</h2>
        {(definition.notices || []).map((notice) => (
          <p class="known">{notice}</p>
        ))}
        {definition.fields.map((field) => this.field(field))}
        <div>{!!definition.hours?.length && hoursField(definition.hours, this.language, hourWords(this.language).soon, this.errors.promised_ms)}</div>
        {!definition.fields.some((field) => field.key === TRAP) && (
          <div class="trap" aria-hidden="true">
            <input name={TRAP} tabindex="-1" autocomplete="off" />
          </div>
        )}
        <p role="alert" class="bad">
          {notice}
        </p>
        <button disabled={this.busy}>{this.busy ? words.sending : words.send}</button>
      </form>
    );
  }

  private field(field: Field): Child {
    const { key, kind, required } = field;
    const error = this.errors[key];
    const attributes = { id: key, name: key, required, "aria-invalid": error && "true", "aria-describedby": error && `${key}-error` };
    const choices = (this.language === "fr" ? field.choices_fr : field.choices_en) || [];
    const control =
      kind === "long" ? (
        <textarea rows="5" maxlength="20000" {...attributes} />
      ) : kind === "choice" ? (
        <select {...attributes}>
          <option value="">{this.words.choose}</option>
          {choices.map((choice) => (
            <option value={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input type={TYPES[kind] || "text"} autocomplete={FILLS[kind]} {...attributes} />
      );
    const label = (
      <label for={key}>
        {this.language === "fr" ? field.label_fr : field.label_en}
        {!required && <span> {this.words.optional}</span>}
      </label>
    );
    return (
      <div class={kind}>
        {kind === "checkbox" ? [control, label] : [label, control]}
        {error && (
          <p class="bad" id={`${key}-error`}>
            {error}
          </p>
        )}
      </div>
    );
  }

  private fault(control: Control): string {
    const { validity, words } = { validity: control.validity, words: this.words };
    if (validity.valueMissing) return control.type === "checkbox" ? words.tick : words.missing;
    return validity.valid ? "" : words.wrong;
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const form = this.shadowRoot!.querySelector("form")!;
    const controls = [...form.querySelectorAll<Control>("[name]")];
    this.errors = Object.fromEntries(controls.map((control) => [control.name, this.fault(control)] as const).filter(([, fault]) => fault));
    this.notice = "";
    if (!this.faulty()) {
      this.busy = true;
      this.draw();
      await this.post(controls);
      this.busy = false;
    }
    this.draw();
    if (this.done) this.shadowRoot!.querySelector<HTMLElement>(".done")!.focus();
    else this.shadowRoot!.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }

  private faulty(): boolean {
    return Object.keys(this.errors).length > 0;
  }

  private async post(controls: Control[]): Promise<void> {
    const values: Record<string, string | boolean> = {};
    const body = new FormData();
    for (const { name, type, checked, files, value } of controls) {
      if (name === "promised_ms") body.append(name, value);
      else if (type === "file") [...(files || [])].forEach((file) => body.append(name, file));
      else values[name] = type === "checkbox" ? checked : value.trim();
    }
    body.append("timezone", zone());
    body.append("key", this.once);
    body.append("values", JSON.stringify(values));
    try {
      const answer = await fetch(this.address, { method: "POST", body });
      const given = await answer.json();
      if (answer.ok) this.done = given;
      else this.refuse(given.error, controls);
    } catch {
      this.notice = this.words.failed;
    }
  }

  private refuse({ message, field, details }: Refusal, controls: Control[]): void {
    // Another was faster: the centre says what is left.
    if (details?.hours_ms) this.definition!.hours = details.hours_ms;
    const name = field?.split(".").pop() || "";
    if (controls.some((control) => control.name === name)) this.errors[name] = message;
    else this.notice = message;
  }
}

customElements.define("affluent-form", Form);
