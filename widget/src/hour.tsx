/** `<affluent-hour>`: an hour instead of waiting in the chat. The chat loads it when a visitor asks for it. */
import { draw, h, type Child } from "./draw";
import style from "./hour.css";
import { hoursField, told, zone } from "./hours";
import { hourWords, type HourWords } from "./hourwords";

interface Made {
  at_ms: number;
  path: string;
}

type Control = HTMLInputElement;

class Hour extends HTMLElement {
  /** Set by the chat, perhaps before this file is there: a field of its own would take it away. */
  declare onback?: () => void;
  private hours: number[] | null = null;
  private made: Made | null = null;
  private errors: Record<string, string> = {};
  private notice = "";
  private busy = false;
  // The same key for each try: a repeat after a cut takes no second hour.
  private readonly once = crypto.getRandomValues(new Uint32Array(4)).join("-");

  connectedCallback(): void {
    if (this.shadowRoot) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    // The chat puts it into its place first and tells it where to ask after that.
    queueMicrotask(() => void this.open());
  }

  private get at(): string {
    return this.getAttribute("at")!;
  }

  private get language(): string {
    return new URL(this.at).searchParams.get("lang")!;
  }

  private get words(): HourWords {
    return hourWords(this.language);
  }

  private async open(): Promise<void> {
    try {
      const answer = await fetch(this.at);
      if (!answer.ok) throw answer;
      this.hours = (await answer.json()).hours;
    } catch {
      this.notice = this.words.failed;
    }
    this.draw();
    this.focusOn("select,button");
  }

  private focusOn(what: string): void {
    this.shadowRoot!.querySelector<HTMLElement>(what)?.focus();
  }

  private draw(): void {
    draw(this.shadowRoot!, this.page());
  }

  private page(): Child[] {
    const { words, made, hours, notice } = this;
    const back = (
      <button type="button" onclick={() => this.onback?.()}>
        {words.back}
      </button>
    );
    if (made)
      return [
        <div role="status" tabindex="-1" class="done">
          <h2>{words.made(told(made.at_ms, this.language))}</h2>
          <p>
            <a href={new URL(made.path, this.at).href} target="_blank">
              {words.change}
            </a>
          </p>
        </div>,
        back,
      ];
    if (!hours?.length) return [<p role="status">{hours ? words.none : notice}</p>, back];
    return [
      <form novalidate onsubmit={(event: Event) => void this.send(event)} aria-label={words.when}>
        {hoursField(hours, this.language, words.choose, this.errors.promised_ms)}
        {this.field("email", "email")}
        {this.field("name", "name")}
        {!this.hasAttribute("waits") && this.field("text", "about")}
        <p role="alert" class="bad">
          {notice}
        </p>
        <button class="go" disabled={this.busy}>
          {this.busy ? words.taking : words.take}
        </button>
      </form>,
      back,
    ];
  }

  private field(name: string, word: "email" | "name" | "about"): Child {
    const error = this.errors[name];
    const attributes = { id: name, name, "aria-invalid": error && "true", "aria-describedby": error && `${name}-error` };
    return (
      <div>
        <label for={name}>{this.words[word]}</label>
        {name === "text" ? (
          <textarea rows="3" maxlength="10000" {...attributes} />
        ) : (
          <input type={name === "email" ? "email" : "text"} autocomplete={name} maxlength="254" {...attributes} />
        )}
        {error && (
          <p class="bad" id={`${name}-error`}>
            {error}
          </p>
        )}
      </div>
    );
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const values: Record<string, string> = {};
    this.errors = {};
    this.notice = "";
    for (const { name, value, validity } of this.shadowRoot!.querySelectorAll<Control>("[name]")) {
      values[name] = value.trim();
      if ((!values[name] && name !== "name") || !validity.valid) this.errors[name] = this.words.missing;
    }
    if (!Object.keys(this.errors).length) {
      this.busy = true;
      this.draw();
      await this.post(values);
      this.busy = false;
    }
    this.draw();
    this.focusOn(this.made ? ".done" : "[aria-invalid]");
  }

  private async post(values: Record<string, string>): Promise<void> {
    const body = JSON.stringify({ ...values, promised_ms: +values.promised_ms!, timezone: zone(), key: this.once });
    try {
      const answer = await fetch(this.at, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Chat-Token": this.getAttribute("token") || "" },
        body,
      });
      const given = await answer.json();
      if (answer.ok) this.made = given;
      else this.refuse(given.error);
    } catch {
      this.notice = this.words.failed;
    }
  }

  /** Another was faster: the centre says what is left. */
  private refuse({ message, field, details }: { message: string; field: string | null; details: { hours_ms?: number[] } }): void {
    if (details.hours_ms) this.hours = details.hours_ms;
    if (field && this.shadowRoot!.querySelector(`[name=${field}]`)) this.errors[field] = message;
    else this.notice = message;
  }
}

customElements.define("affluent-hour", Hour);
