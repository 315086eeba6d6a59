import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Labelled } from "../admin/fields/Labelled";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { NumberInput } from "../admin/fields/NumberInput";
import { api } from "../api/client";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { SwitchInput } from "../parts/SwitchInput";
import { TextInput } from "../parts/TextInput";
import { useTrouble } from "../parts/Trouble";
import { usePlayer } from "./Listen";
import type { Spoken, Turn } from "./queries";

type Taken = { step: string; choice: string };
interface Props { brand: number; document: () => string; onTaken: (taken: readonly Taken[]) => void; onClose: () => void }
interface Line { id: number; who: "menu" | "caller" | "end"; text: string; language?: string }
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const localTime = (at: Date): string => `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}T${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;

/** A telephone on the page: the draft as callers would hear it, at an hour and in circumstances of one's choosing. */
export function TryPhone({ brand, document: source, onTaken, onClose }: Props) {
  const { t } = useTranslation("menus");
  const words = useTrouble();
  const player = usePlayer();
  const [at, setAt] = useState(() => localTime(new Date()));
  const [number, setNumber] = useState("+33612345678");
  const [language, setLanguage] = useState("");
  const [customer, setCustomer] = useState("123456");
  const [low, setLow] = useState<number | null>(2);
  const [high, setHigh] = useState<number | null>(4);
  const [problem, setProblem] = useState("");
  const [aloud, setAloud] = useState(true);
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [turn, setTurn] = useState<Turn | null>(null);
  const [typed, setTyped] = useState("");
  const taken = useRef<readonly Taken[]>([]);
  const heard = useRef<HTMLOListElement>(null);
  const said = useRef(0);
  const add = (more: readonly Omit<Line, "id">[]): void => setLines((old) => [...old, ...more.map((one) => ({ ...one, id: (said.current += 1) }))]);
  const ended = (one: Turn): string => (one.end ? t(`end.${one.end.kind === "hang_up" ? one.end.reason : one.end.kind}`) : "");
  const go = useMutation({
    mutationFn: (pressed: string | null) => api.post<Turn>("/menus/try", {
      brand_id: brand, document: source(), at_ms: new Date(at).getTime() || Date.now(),
      caller: { from_number: number, language },
      pretend: { customer_numbers: customer ? [customer] : [], wait_s: low === null || high === null ? null : [low * 60, high * 60], problems: problem ? [{ fr: problem, en: problem }] : [] },
      place: turn?.place ?? null, pressed,
    }),
    onSuccess: (next) => {
      taken.current = [...(turn?.place ? taken.current : []), ...next.steps];
      onTaken(taken.current);
      setTurn(next); setTyped("");
      add([...next.spoken.map((one): Omit<Line, "id"> => ({ who: "menu", text: one.text || t("recording"), language: one.language })), ...(next.end ? [{ who: "end" as const, text: ended(next) }] : [])]);
      if (aloud) void player.play(next.spoken.map((one: Spoken) => one.sound));
    },
  });
  useEffect(() => { heard.current?.scrollTo({ top: heard.current.scrollHeight }); }, [lines]);
  const on = turn !== null && turn.place !== null;
  const begin = (): void => { player.stop(); setLines([]); setTurn(null); taken.current = []; onTaken([]); setTyped(""); go.mutate(null); };
  const send = (digits: string): void => { player.stop(); add([{ who: "caller", text: digits || t("silence") }]); go.mutate(digits || null); };
  const press = (key: string): void => {
    if (!on || go.isPending) return;
    const listening = turn.listening;
    if (!listening) return;
    if (key === listening.end_key) return send(typed);
    const next = typed + key;
    if (next.length >= listening.most) send(next); else { player.stop(); setTyped(next); }
  };
  const hangUp = (): void => { player.stop(); setTurn(null); add([{ who: "end", text: t("end.caller") }]); };
  return (
    <section className="try" aria-labelledby="try-title">
      <header><h3 id="try-title">{t("try.title")}</h3><Button look="quiet" small iconOnly aria-label={t("act.close")} onPress={() => { player.stop(); onTaken([]); onClose(); }}><Icon name="x" /></Button></header>
      {go.error && <p className="refused" role="alert">{words(go.error)}</p>}
      {lines.length > 0 && <ol className="heard" ref={heard} aria-live="polite" tabIndex={0} aria-label={t("try.heard")}>
        {lines.map((line) => <li key={line.id} className={line.who} lang={line.language}>{line.text}</li>)}
      </ol>}
      {on && <p className="typed num" role="status">{typed || " "}</p>}
      {on && <div className="try-pad" role="group" aria-label={t("try.keys")}>{KEYS.map((key) => <Button key={key} isDisabled={go.isPending || !turn.listening} onPress={() => press(key)}>{key}</Button>)}</div>}
      <div className="acts">
        {on ? (
          <>
            <Button isDisabled={go.isPending} onPress={() => send(typed)}>{typed ? t("try.pause") : t("try.nothing")}</Button>
            <Button look="danger" onPress={hangUp}>{t("try.hang_up")}</Button>
          </>
        ) : <Button look="main" isDisabled={go.isPending} onPress={begin}><Icon name="phone" />{t(lines.length ? "try.again" : "try.call")}</Button>}
      </div>
      {!on && (
        <div className="as-if">
          <Labelled label={t("try.at")}>{(tied) => <input {...tied} type="datetime-local" className="num-in" value={at} onChange={(event) => setAt(event.target.value)} />}</Labelled>
          <TextInput label={t("try.number")} value={number} onChange={setNumber} maxLength={16} hint={t("try.number_hint")} />
          <Labelled label={t("try.language")}>{(tied) => <NativeSelect {...tied} choices={(["none", "fr", "en"] as const).map((key) => ({ key, name: t(`try.language_of.${key}`) }))} value={language || "none"} onChange={(key) => setLanguage(key === "none" ? "" : key)} />}</Labelled>
          <TextInput label={t("try.customer")} value={customer} onChange={setCustomer} maxLength={32} />
          <div className="row">
            <Labelled label={t("try.low")}>{(tied) => <NumberInput {...tied} value={low} least={0} most={600} onChange={setLow} />}</Labelled>
            <Labelled label={t("try.high")}>{(tied) => <NumberInput {...tied} value={high} least={0} most={600} onChange={setHigh} />}</Labelled>
          </div>
          <TextInput label={t("try.problem")} value={problem} onChange={setProblem} maxLength={500} />
          <SwitchInput label={t("try.aloud")} value={aloud} onChange={setAloud} />
        </div>
      )}
    </section>
  );
}
