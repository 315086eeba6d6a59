import { useRef, useState } from "react";
import { Button as Pressable } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { INKS, paint, type Tool } from "../../../widget/src/canvas";
import type { Pair, What } from "../../../widget/src/sharing";
import { upload } from "../api/client";
import { serverNow } from "../api/clock";
import type { Attachment, Conversation } from "../api/types";
import { send } from "../desk/outbox";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { BoardCanvas } from "./BoardCanvas";
import { usePair } from "./held";
import { Picture } from "./Picture";
import "./share.css";

const WHATS: readonly What[] = ["camera", "screen", "board"];
const FACE = 4 / 3;
const WHITE = 1.6;
const KEPT_WIDTH = 1280;

/** What agent and customer share beside their voices; beside the conversation, or over it when enlarged. */
export function SharePanel({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("share");
  const { pair } = usePair(conversation.contact.id);
  const [large, setLarge] = useState(false);
  if (!pair || (!pair.busy && !pair.notice)) return null;
  const shows = WHATS.some((what) => pair.is(what));
  return (
    <section className={`share-panel ${large && shows ? "share-large" : "share-beside beside-talk"}`} aria-label={t("label")} onKeyDown={(event) => event.key === "Escape" && setLarge(false)}>
      {pair.own.has("screen") && pair.is("screen") && (
        <div className="showing" role="status"><Icon name="monitor" /><b className="grow">{t("showing")}</b><Button small onPress={() => pair.stop("screen")}>{t("stop")}</Button></div>
      )}
      {WHATS.map((what) => <Asked key={what} pair={pair} what={what} />)}
      {WHATS.map((what) => pair.shared.get(what)?.phase === "asking" && (
        <p key={what} className="row small two" role="status"><span className="grow">{t(`waits.${what}`)}</span><Button small look="quiet" onPress={() => pair.stop(what)}>{t("cancel")}</Button></p>
      ))}
      {shows && <Shown pair={pair} conversation={conversation} large={large} onLarge={() => setLarge(!large)} />}
      {pair.notice && <p className="share-told small" role="status"><Icon name="info" />{t(`notice.${pair.notice}`)}</p>}
    </section>
  );
}

/** The customer asks: yes and no, and what it means. */
function Asked({ pair, what }: { pair: Pair; what: What }) {
  const { t } = useTranslation("share");
  const shared = pair.shared.get(what);
  if (shared?.phase !== "asked") return null;
  const said = t(what === "screen" ? (shared.shows === "me" ? "asked.my_screen" : "asked.their_screen") : `asked.${what}`);
  return (
    <div className="asked" role="group" aria-label={said}>
      <p role="alert"><b>{said}</b></p>
      <div className="row">
        <Button small look="main" onPress={() => void pair.agree(what)}>{t(what === "camera" ? "yes_camera" : "yes")}</Button>
        {what === "camera" && <Button small onPress={() => void pair.agree(what, false)}>{t("yes_watching")}</Button>}
        <Button small look="quiet" onPress={() => pair.refuse(what)}>{t("no")}</Button>
      </div>
    </div>
  );
}

interface ShownProps { pair: Pair; conversation: Conversation; large: boolean; onLarge: () => void }

/** The picture on which everything else lies: a screen, a board on white, or the customer's face. */
function Shown({ pair, conversation, large, onLarge }: ShownProps) {
  const { t } = useTranslation("share");
  const [aspect, setAspect] = useState(WHITE);
  const [tool, setTool] = useState<Tool>("pen");
  const [ink, setInk] = useState<0 | 1>(1);
  const picture = useRef<HTMLVideoElement>(null);
  const screen = pair.is("screen");
  const board = pair.is("board") ? pair.board : null;
  const face = !screen && !board;
  const camera = pair.is("camera");
  const [theirs, own] = [pair.theirs("camera"), pair.own.get("camera")];
  const main = screen ? (pair.theirs("screen") ?? pair.own.get("screen")) : face ? theirs : null;
  const wide = screen ? aspect : face ? FACE : WHITE;
  return (
    <>
      <div className="share-frame">
        <div className={`stage${board && !screen ? " white" : ""}`} style={{ aspectRatio: wide, "--wide": wide } as React.CSSProperties}>
          {main && <Picture stream={main} kind="main" keep={picture} onAspect={setAspect} label={t(face ? "their_picture" : pair.own.has("screen") ? "my_screen" : "their_screen")} />}
          {!main && !board && <p className="coming">{t("coming")}</p>}
          {face && own && <Picture stream={own} kind="corner" label={t("my_picture")} />}
          {board && <BoardCanvas board={board} tool={tool} ink={ink} />}
        </div>
      </div>
      {!face && camera && <div className="faces">{theirs && <Picture stream={theirs} kind="face" label={t("their_picture")} />}{own && <Picture stream={own} kind="face" label={t("my_picture")} />}</div>}
      {board && (
        <div className="row" role="group" aria-label={t("tools")}>
          {(["pen", "point"] as const).map((one) => <Pressable key={one} className="btn sm" aria-pressed={tool === one} onPress={() => setTool(one)}>{t(one)}</Pressable>)}
          {INKS.map((colour, at) => <Pressable key={colour} className="btn sm ink" aria-pressed={ink === at} aria-label={t(at ? "petrol" : "red")} style={{ "--ink-of": colour } as React.CSSProperties} onPress={() => { setInk(at as 0 | 1); setTool("pen"); }} />)}
          <Button small look="quiet" isDisabled={board.mine.size === 0} onPress={() => board.undo()}>{t("undo")}</Button>
          <Button small look="quiet" isDisabled={board.strokes.length === 0 && !board.pointed.mine && !board.pointed.theirs} onPress={() => board.clear()}>{t("clear")}</Button>
          <Keep pair={pair} picture={picture} aspect={wide} conversation={conversation} />
        </div>
      )}
      <div className="row">
        {camera && <Button small onPress={() => void pair.showCamera(!own)}>{t(own ? "camera_off" : "camera_on")}</Button>}
        {WHATS.map((what) => pair.is(what) && !(what === "screen" && pair.own.has("screen")) && <Button key={what} small onPress={() => pair.stop(what)}>{t(`end.${what}`)}</Button>)}
        <span className="grow" />
        <Button small look="quiet" onPress={onLarge}>{t(large ? "smaller" : "larger")}</Button>
      </div>
    </>
  );
}

/** Keeps what is drawn, with the screen under it, as a note of the contact. */
function Keep({ pair, picture, aspect, conversation }: { pair: Pair; picture: React.RefObject<HTMLVideoElement | null>; aspect: number; conversation: Conversation }) {
  const { t } = useTranslation("share");
  const words = useTrouble();
  const [busy, setBusy] = useState(false);
  const keep = async (): Promise<void> => {
    const { board } = pair;
    const surface = new OffscreenCanvas(KEPT_WIDTH, Math.round(KEPT_WIDTH / aspect));
    const pen = surface.getContext("2d");
    if (!board || !pen) return;
    setBusy(true);
    try {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, surface.width, surface.height);
      if (pair.is("screen") && picture.current?.videoWidth) pen.drawImage(picture.current, 0, 0, surface.width, surface.height);
      // Canvases of both kinds draw alike; the types of browsers do not know it.
      paint(board, pen as unknown as CanvasRenderingContext2D, surface.width, surface.height);
      const blob = await surface.convertToBlob({ type: "image/png" });
      const file = await upload<Attachment>(new File([blob], t("file"), { type: "image/png" }), () => undefined);
      const { id, request_id } = conversation.contact;
      send({ contact_id: id, request_id, kind: "note", text: t("kept_note"), files: [file], at_ms: serverNow() });
      toast(t("kept"));
    } catch (error) {
      toast(words(error), { tone: "wrong" });
    } finally {
      setBusy(false);
    }
  };
  return <Button small isPending={busy} onPress={() => void keep()}>{t("keep")}</Button>;
}
