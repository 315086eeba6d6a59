/** What the visitor sees of what is shared. The same pair gives the same drawing. */
import { INKS, type Tool } from "./canvas";
import { h, type Child } from "./draw";
import { canShowScreen, type Pair, type What } from "./sharing";
import type { ShareWords } from "./sharewords";

/** How one draws; `changed` draws anew. */
export interface Hand {
  tool: Tool;
  ink: 0 | 1;
  /** Width over height of what lies under the board. */
  aspect: number;
  changed: () => void;
}

const WHATS: readonly What[] = ["camera", "screen", "board"];

/** They ask: what it means, then yes and no. */
function asked(pair: Pair, what: What, words: ShareWords): Child {
  const shared = pair.shared.get(what);
  if (shared?.phase !== "asked") return;
  const name = pair.name || words.name;
  const said = what === "camera" ? words.ask_camera(name) : what === "board" ? words.ask_board(name) : shared.shows === "me" ? words.ask_screen_me(name) : words.ask_screen_you(name);
  const hint = what === "camera" ? words.hint_camera : what === "screen" && shared.shows === "me" && words.hint_screen;
  return (
    <div class="ask" role="alertdialog" aria-label={said}>
      <p role="alert">
        <b>{said}</b>
      </p>
      {hint && <p class="soft">{hint}</p>}
      <div class="row">
        <button class="go" onclick={() => void pair.agree(what)}>
          {what === "camera" ? words.yes_camera : words.yes}
        </button>
        {what === "camera" && <button onclick={() => void pair.agree(what, false)}>{words.yes_watching}</button>}
        <button onclick={() => pair.refuse(what)}>{words.no}</button>
      </div>
    </div>
  );
}

const video = (stream: MediaStream | null, label: string, kind: string): Child => stream && <video class={kind} autoplay playsinline muted aria-label={label} onstream={stream} />;

/** The picture on which everything else lies: a screen, a board on white, or the other's face. */
function stage(pair: Pair, words: ShareWords, hand: Hand): Child {
  const name = pair.name || words.name;
  const screen = pair.theirs("screen") ?? pair.own.get("screen") ?? null;
  const shows = pair.is("screen");
  const [camera, board] = [pair.is("camera"), pair.is("board")];
  if (!shows && !camera && !board) return;
  const face = !shows && !board;
  const theirs = pair.theirs("camera");
  const label = face ? words.they(name) : pair.own.has("screen") ? words.screen_own : words.screen_theirs(name);
  const main = shows ? screen : face ? theirs : null;
  const aspect = shows ? hand.aspect : face ? 4 / 3 : 1.6;
  return [
    <div class={board && !shows ? "stage white" : "stage"} style={`aspect-ratio:${aspect};width:min(100%,${36 * aspect}vh)`}>
      <div>{video(main, label, "main")}</div>
      {!main && (shows || face) && <p class="coming">{words.coming}</p>}
      {face && video(pair.own.get("camera") ?? null, words.you, "corner")}
      {board && <canvas tabindex="0" role="application" aria-label={words.surface} class={hand.tool} />}
    </div>,
    <div class="faces">{!face && camera && [video(theirs, words.they(name), "face"), video(pair.own.get("camera") ?? null, words.you, "face")]}</div>,
  ];
}

function tools(pair: Pair, words: ShareWords, hand: Hand): Child {
  const { board } = pair;
  if (!board || !pair.is("board")) return;
  const set = (change: Partial<Hand>) => () => {
    Object.assign(hand, change);
    hand.changed();
  };
  return (
    <div class="row tools">
      {(["pen", "point"] as const).map((tool) => (
        <button aria-pressed={`${hand.tool === tool}`} onclick={set({ tool })}>
          {words[tool]}
        </button>
      ))}
      {INKS.map((colour, ink) => (
        <button class="ink" style={`--ink-of:${colour}`} aria-label={ink ? words.petrol : words.red} aria-pressed={`${hand.ink === ink}`} onclick={set({ ink: ink as 0 | 1, tool: "pen" })} />
      ))}
      <button disabled={!board.mine.size} onclick={() => board.undo()}>
        {words.undo}
      </button>
      <button disabled={!board.strokes.length && !board.pointed.mine && !board.pointed.theirs} onclick={() => board.clear()}>
        {words.clear}
      </button>
    </div>
  );
}

/** What may be begun, or ended, now. */
function choices(pair: Pair, words: ShareWords): Child {
  const begin = (what: What, words: string, shows?: "me") => !pair.shared.has(what) && <button onclick={() => void pair.ask(what, shows)}>{words}</button>;
  const end = (what: What, words: string) => pair.is(what) && <button onclick={() => pair.stop(what)}>{words}</button>;
  const own = pair.own.has("camera");
  return (
    <div class="row">
      {pair.offered.map((what) => [
        (what !== "screen" || canShowScreen()) && begin(what, words[what], what === "screen" ? "me" : undefined),
        what === "camera" && pair.is(what) && <button onclick={() => void pair.showCamera(!own)}>{own ? words.camera_off : words.camera_on}</button>,
        (what !== "screen" || !pair.own.has("screen")) && end(what, words[`end_${what}`]),
      ])}
    </div>
  );
}

/** What is shown from here, with the way to stop it. */
function showing(pair: Pair, what: "camera" | "screen", words: ShareWords): Child {
  return (
    pair.own.has(what) &&
    pair.is(what) && (
      <div class="bar" role="status">
        <b>{what === "screen" ? words.showing : words.seen}</b>
        <button onclick={() => (what === "screen" ? pair.stop(what) : void pair.showCamera(false))}>{words.stop}</button>
      </div>
    )
  );
}

/** With the panel put away: nothing but what is shown from here. */
export const outsideView = (pair: Pair, words: ShareWords): Child[] => [showing(pair, "screen", words), showing(pair, "camera", words)];

export function shareView(pair: Pair | undefined, words: ShareWords, hand: Hand): Child[] {
  if (!pair) return [];
  return [
    <section aria-label={words.label}>
      {showing(pair, "screen", words)}
      <div>{WHATS.map((what) => asked(pair, what, words))}</div>
      <div>{stage(pair, words, hand)}</div>
      {tools(pair, words, hand)}
      <div>
        {WHATS.map(
          (what) =>
            pair.shared.get(what)?.phase === "asking" && (
              <p class="soft" role="status">
                {words[`waits_${what}`]} <button onclick={() => pair.stop(what)}>{words.cancel}</button>
              </p>
            ),
        )}
      </div>
      <p class="notice" role="status">
        {pair.notice && words.notice[pair.notice]}
      </p>
      {choices(pair, words)}
    </section>,
  ];
}
