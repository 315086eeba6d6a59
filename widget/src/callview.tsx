/** What the visitor sees of a call. The same session gives the same drawing. */
import type { CallSession } from "./callsession";
import type { CallWords } from "./callwords";
import { h, type Child } from "./draw";
import { down, handset, micro } from "./icons";

export interface CallPanel {
  open: boolean;
  toggle: (open: boolean) => void;
  call: (event: Event) => void;
}

/** Above these the other is hard to understand (ITU-T G.107 and G.114, rounded). */
const LOSS_PERCENT_MAX = 5;
const JITTER_MS_MAX = 60;
const ROUND_TRIP_MS_MAX = 600;

const two = (value: number): string => `${value}`.padStart(2, "0");

export function lasted(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  return (s < 3600 ? "" : `${Math.floor(s / 3600)}:`) + `${s < 3600 ? Math.floor(s / 60) : two(Math.floor((s / 60) % 60))}:${two(s % 60)}`;
}

const isPoor = ({ quality }: CallSession): boolean =>
  !!quality && ((quality.loss_percent || 0) > LOSS_PERCENT_MAX || (quality.jitter_ms || 0) > JITTER_MS_MAX || (quality.round_trip_ms || 0) > ROUND_TRIP_MS_MAX);

/** Where the call stands, in one sentence. */
function standing(session: CallSession, words: CallWords): Child {
  const { state, agent, place, channel, ending, silent, asking, linked, peers } = session;
  if (session.gone) return words.gone;
  if (asking) return words.asking;
  if (silent) return words.silent[silent];
  if (session.up && (!linked || (state === "talking" && peers?.cut))) return words.cut;
  if (session.calling) return linked ? words.calling : words.load;
  if (state === "over") return words.over[ending || "hung_up"];
  if (state === "talking") return peers?.heard ? words.with(agent?.name || "") : words.linking;
  if (state === "held") return words.held;
  if (state === "waiting") return [<b>{!place ? words.wait : place.ahead ? words.ahead(place.ahead) : words.next}</b>, ` ${place?.wait || ""}`];
  if (!channel) return words.load;
  return channel.closed || (channel.open ? words.hello : words.shut);
}

/** Before the call: what to know of it, then the button. */
function before(session: CallSession, panel: CallPanel, words: CallWords): Child {
  const { channel, state } = session;
  if (!channel || !channel.open || channel.closed || session.gone) return;
  return (
    <form onsubmit={panel.call}>
      <div>
        {channel.problems.map((problem) => (
          <p class="problem">{problem}</p>
        ))}
      </div>
      {channel.wait && <p>{channel.wait}</p>}
      {channel.ask_name && (
        <label>
          {words.name}
          <input name="name" autocomplete="name" maxlength="200" />
        </label>
      )}
      <p class="soft">{words.before}</p>
      <p class="bad" role="alert">
        {session.notice}
      </p>
      <button class="go wide" disabled={session.asking || session.calling}>
        {handset()}
        {state === "over" ? words.again : words.call}
      </button>
    </form>
  );
}

function during(session: CallSession, words: CallWords): Child {
  const { state, muted, tune, peers } = session;
  const waits = state === "waiting" || state === "held";
  return (
    <div class="talk">
      {peers?.blocked && (
        <p>
          {words.soundless}
          <button onclick={() => session.unblock()}>{words.sound}</button>
        </p>
      )}
      {session.pictures === "there" && <affluent-share onsession={session} lang={session.lang} />}
      {isPoor(session) && state === "talking" && <p class="problem">{words.poor}</p>}
      {waits ? <p class="soft">{words.browse}</p> : <p class="soft">{muted && words.muted}</p>}
      {waits && session.centre && (
        <div class="keys" role="group" aria-label={words.keys}>
          {[..."123456789*0#"].map((key) => (
            <button onclick={() => session.press(key)}>{key}</button>
          ))}
        </div>
      )}
      <div class="acts">
        <button class="act" aria-pressed={muted ? "true" : "false"} onclick={() => session.mute(!muted)}>
          {micro(muted)}
          {muted ? words.unmute : words.mute}
        </button>
        {session.shareable && session.pictures !== "there" && (
          <button class="act" disabled={session.pictures === "loading"} onclick={() => session.show()}>
            {words.share}
          </button>
        )}
        {waits && !session.centre && (
          <button class="act" onclick={() => session.tune_in(!tune)}>
            {tune ? words.tune_off : words.tune_on}
          </button>
        )}
        <button class="act end" onclick={() => session.hang_up()}>
          {handset()}
          {words.hang_up}
        </button>
      </div>
    </div>
  );
}

export function callView(session: CallSession, panel: CallPanel, words: CallWords, now_ms: number): Child[] {
  const { channel, up, agent, state, talking_ms } = session;
  const title = (state === "talking" && agent?.name) || channel?.title || words.open;
  const time = up && talking_ms ? lasted(now_ms - talking_ms) : "";
  return [
    <button
      class={up ? "launch i go on" : "launch i go"}
      hidden={panel.open}
      aria-haspopup="dialog"
      aria-label={up ? words.going : words.open}
      onclick={() => panel.toggle(true)}
    >
      {handset()}
      {up && <b>{time || "…"}</b>}
    </button>,
    <dialog
      aria-label={title}
      onclose={() => panel.toggle(false)}
      onkeydown={(event: KeyboardEvent) => event.key === "Escape" && panel.toggle(false)}
    >
      <div class="head">
        <h2>
          {title}
          {title !== channel?.title && channel && <small>{channel.title}</small>}
        </h2>
        <span class="time">{time}</span>
        <button class="i" aria-label={words.reduce} onclick={() => panel.toggle(false)}>
          {down()}
        </button>
      </div>
      <p class="state" role="status">
        {standing(session, words)}
      </p>
      {up ? during(session, words) : before(session, panel, words)}
    </dialog>,
  ];
}
