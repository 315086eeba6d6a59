/** What the visitor sees of a session. The same session and panel give the same drawing. */
import { h, type Child } from "./draw";
import { chat, clip, down, plane } from "./icons";
import type { ChatFile, Message } from "./protocol";
import type { Pending, Session } from "./session";
import type { Words } from "./words";

/** What the visitor is doing with the panel, and what they can do. */
export interface Panel {
  open: boolean;
  /** Leaving was asked for and waits for a yes. */
  leaving: boolean;
  /** The hours that can be chosen instead are shown. */
  hour_open?: boolean;
  files: ChatFile[];
  set: (change: Partial<Panel>) => void;
  toggle: (open: boolean) => void;
  send: (event: Event) => void;
  attach: (event: Event) => void;
  hour_ask: (open: boolean) => void;
  edit: (unsent: Pending) => void;
}

type Line = Message | Pending;

const isMine = (line: Line): boolean => !("from" in line) || line.from === "customer";

function clock(at_ms: number, lang: string): string {
  const at = new Date(at_ms);
  const old = at.toDateString() !== new Date().toDateString();
  return at.toLocaleString(lang, { ...(old && { day: "numeric", month: "short" }), hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function mark(line: Line, { read, delivered, lang }: Session, words: Words): string {
  if (!("seq" in line)) return line.refused || words.sending;
  const at = clock(line.at_ms, lang);
  if (!isMine(line)) return at;
  return (line.seq <= read ? words.read : line.seq <= delivered ? words.delivered : words.received) + " · " + at;
}

const withLinks = (text: string): Child[] =>
  text.split(/(https?:\/\/[^\s<>"]+)/).map((part, at) =>
    at % 2 ? (
      <a href={part} target="_blank" rel="noopener nofollow">
        {part}
      </a>
    ) : (
      part
    ),
  );

function bubble(line: Line, next: Line | undefined, session: Session, panel: Panel, words: Words): Child {
  if ("from" in line && line.from === "system") return <p class="sys">{withLinks(line.text)}</p>;
  const mine = isMine(line);
  const refused = "refused" in line && line.refused;
  const last = !next || isMine(next) !== mine || !("seq" in next);
  return (
    <div class={mine ? "m mine" : "m"}>
      {line.text && <p class="b">{withLinks(line.text)}</p>}
      <div>
        {line.files.map((file) => (
          <a class="file" target="_blank" href={file.url && new URL(file.url, session.base).href}>
            {file.filename}
          </a>
        ))}
      </div>
      {(last || refused) && (
        <small class={refused && "bad"}>
          {mark(line, session, words)}
          {refused && <button onclick={() => panel.edit(line)}>{words.edit}</button>}
        </small>
      )}
    </div>
  );
}

/** Where the conversation stands, in one line. */
function standing({ state, place, channel, pending, linked, gone, token }: Session, words: Words): Child {
  if (gone) return words.gone;
  if (!linked && (token || pending[0])) return words.cut;
  if (channel?.closed) return channel.closed;
  const shut = channel?.open === false && words.shut;
  if (state === "waiting")
    return shut || [<b>{!place ? words.wait : place.ahead ? words.ahead(place.ahead) : words.next}</b>, ` ${place?.wait || words.kept}`];
  if (state === "new") return shut || words.hello;
  return state !== "in_hand" && words[state];
}

function asked({ channel, state, pending }: Session, words: Words): Child {
  if (state !== "new" || pending[0] || !channel) return;
  const field = (name: "name" | "email") => (
    <label>
      {words[name]}
      <input name={name} type={name} autocomplete={name} maxlength="200" />
    </label>
  );
  return (
    <div>
      {channel.ask_name && field("name")}
      {channel.ask_email && field("email")}
    </div>
  );
}

function composer(session: Session, panel: Panel, words: Words): Child {
  return (
    <form onsubmit={panel.send}>
      <p class="bad" role="alert">
        {session.notice}
      </p>
      {asked(session, words)}
      <div>
        {panel.files.map((file) => (
          <p class="file">
            {file.filename}
            <button type="button" onclick={() => panel.set({ files: panel.files.filter((one) => one !== file) })}>
              {words.remove}
            </button>
          </p>
        ))}
      </div>
      <div class="row">
        <input type="file" hidden onchange={panel.attach} />
        <button
          type="button"
          class="i"
          aria-label={words.attach}
          disabled={!session.linked}
          onclick={(event: Event) => ((event.currentTarget as Element).previousSibling as HTMLElement).click()}
        >
          {clip()}
        </button>
        <textarea
          rows="1"
          maxlength="4000"
          placeholder={words.hint}
          aria-label={words.hint}
          disabled={session.gone || session.channel?.closed}
          oninput={(event: Event) => session.write(!!(event.target as HTMLTextAreaElement).value)}
          onkeydown={(event: KeyboardEvent) => {
            if (event.key === "Enter" && !event.shiftKey && !event.isComposing) panel.send(event);
          }}
        />
        <button class="i go" aria-label={words.send}>
          {plane()}
        </button>
      </div>
    </form>
  );
}

export function view(session: Session, panel: Panel, words: Words): Child[] {
  const { channel, agent, state, unread, typing } = session;
  const lines: Line[] = [...session.messages, ...session.pending];
  const title = agent?.name || channel?.title || words.hint;
  const canLeave = session.linked && /wai|han|war/.test(state);
  return [
    <button
      class="launch i go"
      hidden={panel.open}
      aria-haspopup="dialog"
      aria-label={words.open + (unread ? words.unread(unread) : "")}
      onclick={() => panel.toggle(true)}
    >
      {chat()}
      {unread > 0 && <b>{unread}</b>}
    </button>,
    <dialog
      aria-label={title}
      onclose={() => panel.toggle(false)}
      onkeydown={(event: KeyboardEvent) => event.key === "Escape" && panel.toggle(false)}
    >
      <div class="head">
        <h2>
          {title}
          {agent && channel && <small>{channel.title}</small>}
        </h2>
        {canLeave && <button onclick={() => panel.set({ leaving: true })}>{words.leave}</button>}
        <button class="i" aria-label={words.reduce} onclick={() => panel.toggle(false)}>
          {down()}
        </button>
      </div>
      {panel.leaving && (
        <div class="ask" role="alert">
          {words.sure}
          <button onclick={() => (session.leave(), panel.set({ leaving: false }))}>{words.leave}</button>
          <button onclick={() => panel.set({ leaving: false })}>{words.stay}</button>
        </div>
      )}
      <p class="state" role="status">
        {standing(session, words)}
      </p>
      {channel?.hour && !panel.hour_open && /new|wai|clo/.test(state) && <button onclick={() => panel.hour_ask(true)}>{channel.hour}</button>}
      {panel.hour_open && (
        <affluent-hour
          at={`${session.base}/chat/v1/hours?site=${session.site}&lang=${session.lang}`}
          token={session.token}
          waits={state === "waiting"}
          onback={() => panel.hour_ask(false)}
        />
      )}
      <div class="log" role="log" aria-label={title} tabindex="0">
        {lines.map((line, at) => bubble(line, lines[at + 1], session, panel, words))}
      </div>
      <p class="typing">{typing && words.types(typing)}</p>
      {composer(session, panel, words)}
    </dialog>,
  ];
}
