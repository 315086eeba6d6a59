import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Labelled } from "../admin/fields/Labelled";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { DocumentEditor, type Jump } from "../admin/policy/DocumentEditor";
import "../admin/policy/policy.css";
import { api, ApiError } from "../api/client";
import { useNow } from "../api/clock";
import { client } from "../api/queries";
import { moment } from "../i18n/format";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { Trouble, useTrouble } from "../parts/Trouble";
import { freshName, freshStep, KINDS, without, withStep, type Content, type Kind } from "./content";
import { keepMenu, PublishDialog, RecordingsDialog, VersionsDialog } from "./dialogs";
import { useDraft, type Draft } from "./draft";
import { Drawing } from "./Drawing";
import { Figures, measuredOf, useFigures } from "./Figures";
import { menuQuery, namesQuery, type Menu, type Problem } from "./queries";
import { StepForm } from "./StepForm";
import { TryPhone } from "./TryPhone";

/** One menu: drawn, changed by forms or as a document, tried, kept as versions, published. */
export function MenuView({ id, mayChange }: { id: string; mayChange: boolean }) {
  const { t } = useTranslation("menus");
  const { data: menu, error, refetch } = useQuery(menuQuery(id));
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 422);
  const back = <Link className="back" to="/menus"><Icon name="arrow-left" />{t("title")}</Link>;
  if (missing) return <>{back}<div className="rest"><Empty title={t("missing")}>{t("missing_lead")}</Empty></div></>;
  if (error && !menu) return <>{back}<div className="rest"><Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} /></div></>;
  if (!menu) return <>{back}<Skeleton lines={8} /></>;
  return <>{back}<Editing key={`${menu.id}.${menu.version}`} menu={menu} mayChange={mayChange} /></>;
}

function Editing({ menu, mayChange }: { menu: Menu; mayChange: boolean }) {
  const { t } = useTranslation("menus");
  const now = useNow();
  const draft = useDraft(menu);
  const [name, setName] = useState(menu.name);
  const [way, setWay] = useState<"flow" | "text">(menu.content ? "flow" : "text");
  const [asking, ask] = useState<"versions" | "recordings" | { publish: number } | null>(null);
  const [trying, tryIt] = useState(false);
  const [taken, setTaken] = useState<readonly { step: string; choice: string }[]>([]);
  const dirty = draft.dirty || name !== menu.name;
  const save = useMutation({
    mutationFn: () => api.put<Menu>(`/menus/${menu.id}`, { name: name.trim(), document: draft.document(), version: menu.version }),
    onSuccess: (saved) => { draft.saved(); keepMenu(saved); toast(t("done.saved", { version: saved.version })); },
  });
  const attempt = (): void => { if (dirty && mayChange && name.trim() && !save.isPending) save.mutate(); };
  useKeys(draft, attempt, way === "flow");
  return (
    <article className="menu-one" aria-labelledby="menu-name">
      <header>
        <h2 id="menu-name">{menu.name}</h2>
        <span className="state">{t("version", { version: menu.version })}{dirty ? ` · ${t("unsaved")}` : menu.published === menu.version ? ` · ${t("heard")}` : ` · ${t("draft")}`}</span>
        <p className="small two">{menu.published === null ? t("never_published") : t("heard_version", { version: menu.published })} · {t("changed", { who: menu.changed_by ?? "–", when: moment(menu.changed_ms, now) })}</p>
      </header>
      {draft.taken_up && <p className="note" role="status"><Icon name="info" />{t("taken_up")}</p>}
      <div className="acts">
        {mayChange && (dirty
          ? <Button look="main" isDisabled={!name.trim() || save.isPending} onPress={attempt}>{t("act.save")} <kbd aria-hidden="true">Ctrl+S</kbd></Button>
          : <Button look="main" isDisabled={menu.published === menu.version || draft.problems.length > 0} onPress={() => ask({ publish: menu.version })}>{t("act.publish", { version: menu.version })}</Button>)}
        <Button isDisabled={trying || !draft.content} onPress={() => tryIt(true)}><Icon name="phone" />{t("act.try")}</Button>
        {mayChange && <Button isDisabled={!draft.canUndo} onPress={draft.undo}>{t("act.undo")}</Button>}
        {mayChange && <Button isDisabled={!draft.canRedo} onPress={draft.redo}>{t("act.redo")}</Button>}
        {dirty && <Button look="quiet" onPress={() => { draft.discard(); setName(menu.name); save.reset(); }}>{t("act.drop_changes")}</Button>}
        <Button look="quiet" onPress={() => ask("versions")}>{t("act.versions")}</Button>
        {mayChange && <Button look="quiet" onPress={() => ask("recordings")}>{t("act.recordings")}</Button>}
        {mayChange && <PutAway menu={menu} />}
      </div>
      {save.error && <Refused error={save.error} />}
      <div className="row">
        <TextInput label={t("name")} value={name} onChange={setName} maxLength={120} isRequired isReadOnly={!mayChange} />
        <ChoiceInput label={t("way.label")} value={way} onChange={setWay} choices={[{ key: "flow", name: t("way.flow") }, { key: "text", name: t("way.text") }]} />
      </div>
      {way === "flow" && draft.content && <Flow {...{ menu, draft, taken, mayChange }} content={draft.content} phone={trying ? <TryPhone brand={menu.brand_id} document={draft.document} onTaken={setTaken} onClose={() => tryIt(false)} /> : null} />}
      {way === "flow" && !draft.content && <p className="note late" role="status"><Icon name="warning-circle" />{t("unreadable")}</p>}
      {way === "text" && <AsText draft={draft} onSave={attempt} mayChange={mayChange} />}
      {asking === "versions" && <VersionsDialog menu={menu} onClose={() => ask(null)} onTake={(document) => { draft.write(document); ask(null); }} onPublish={(version) => ask({ publish: version })} />}
      {asking === "recordings" && <RecordingsDialog brand={menu.brand_id} languages={draft.content?.languages ?? ["fr", "en"]} onClose={() => ask(null)} />}
      {asking !== null && typeof asking === "object" && <PublishDialog menu={menu} number={asking.publish} onClose={() => ask(null)} />}
    </article>
  );
}

interface FlowProps { menu: Menu; draft: Draft; content: Content; taken: readonly { step: string; choice: string }[]; mayChange: boolean; phone: React.ReactNode }

function Flow({ menu, draft, content, taken, mayChange, phone }: FlowProps) {
  const { t } = useTranslation("menus");
  const { data: names } = useQuery(namesQuery(menu.brand_id));
  const [chosen, choose] = useState<string | null>(content.start);
  const [kind, setKind] = useState<Kind>("say");
  const figures = useFigures(menu.id);
  const step = chosen === null ? undefined : content.steps[chosen];
  const addStep = (): void => { const name = freshName(content, kind); draft.change(withStep(content, name, freshStep(content, kind, names))); choose(name); };
  const steps = Object.entries(content.steps).map(([key, one]) => ({ key, name: `${one.title || t(`kind.${one.kind}`)} (${key})` }));
  return (
    <>
      <Problems problems={draft.problems} onStep={choose} />
      <Drawing content={content} edges={draft.edges} problems={draft.problems} chosen={chosen} onChoose={choose} taken={taken} measured={measuredOf(figures.data)} />
      <div className="menu-beside">
        {phone}
        <section className="step-one" aria-label={t("step")}>
          <div className="row">
            <Labelled label={t("step")}>{(tied) => <NativeSelect {...tied} choices={steps} value={chosen ?? ""} onChange={choose} />}</Labelled>
            {mayChange && <Labelled label={t("new_step")}>{(tied) => <NativeSelect {...tied} choices={KINDS.map((key) => ({ key, name: t(`kind.${key}`) }))} value={kind} onChange={(next) => setKind(next as Kind)} />}</Labelled>}
            {mayChange && <Button onPress={addStep}><Icon name="plus" />{t("act.add_step")}</Button>}
          </div>
          {step && chosen !== null && (
            <StepForm key={chosen} content={content} name={chosen} step={step} names={names} problems={draft.problems} isDisabled={!mayChange}
              onChange={(next) => draft.change(withStep(content, chosen, next))} onGo={choose}
              onStart={() => draft.change({ ...content, start: chosen })}
              onRemove={() => { draft.change(without(content, chosen)); choose(content.start); }} />
          )}
        </section>
        <Whole content={content} steps={steps} onChange={draft.change} isDisabled={!mayChange} />
      </div>
      <Figures menu={menu.id} content={content} published={menu.published} figures={figures} />
    </>
  );
}

/** What holds for every step. */
function Whole({ content, steps, onChange, isDisabled }: { content: Content; steps: readonly { key: string; name: string }[]; onChange: (content: Content) => void; isDisabled: boolean }) {
  const { t } = useTranslation("menus");
  const count = (most: number): { key: string; name: string }[] => Array.from({ length: most }, (_, at) => ({ key: String(at + 1), name: String(at + 1) }));
  return (
    <fieldset className="step-form whole" disabled={isDisabled}>
      <legend>{t("whole.title")}</legend>
      <Labelled label={t("whole.human")} hint={t("whole.human_hint")}>{(tied) => <NativeSelect {...tied} choices={steps} value={content.human} onChange={(human) => onChange({ ...content, human })} />}</Labelled>
      <Labelled label={t("whole.human_key")}>{(tied) => <NativeSelect {...tied} choices={"0123456789*".split("").map((key) => ({ key, name: key }))} value={content.human_key ?? "0"} onChange={(human_key) => onChange({ ...content, human_key })} />}</Labelled>
      <Labelled label={t("whole.tries")}>{(tied) => <NativeSelect {...tied} choices={count(5)} value={String(content.tries ?? 3)} onChange={(tries) => onChange({ ...content, tries: Number(tries) })} />}</Labelled>
      <Labelled label={t("whole.patience")}>{(tied) => <NativeSelect {...tied} choices={[3, 4, 5, 6, 8, 10, 15].map((one) => ({ key: `${one}s`, name: `${one} s` }))} value={content.patience ?? "6s"} placeholder={content.patience} onChange={(patience) => onChange({ ...content, patience })} />}</Labelled>
      <Labelled label={t("whole.languages")}>{(tied) => <NativeSelect {...tied} choices={(["fr", "en", "fr_en", "en_fr"] as const).map((key) => ({ key: key.replace("_", ","), name: t(`whole.spoken.${key}`) }))} value={content.languages.join(",")} onChange={(languages) => onChange({ ...content, languages: languages.split(",") })} />}</Labelled>
    </fieldset>
  );
}

function Problems({ problems, onStep, onLine }: { problems: readonly Problem[]; onStep?: (name: string) => void; onLine?: (line: number) => void }) {
  const { t } = useTranslation("menus");
  if (problems.length === 0) return <p className="small two" role="status"><Icon name="seal-check" /> {t("fine")}</p>;
  return (
    <section className="problems" role="status">
      <h3>{t("problems", { count: problems.length })}</h3>
      <ul>{problems.slice(0, 30).map((one, at) => {
        const step = /^\/steps\/([^/]+)/.exec(one.path)?.[1];
        return (
          <li key={at}>
            {onLine ? <Button small onPress={() => onLine(one.line)}>{t("line", { line: one.line })}</Button> : step && onStep ? <Button small onPress={() => onStep(step)}>{step}</Button> : null}
            <span>{one.message}</span>
          </li>
        );
      })}</ul>
    </section>
  );
}

function AsText({ draft, onSave, mayChange }: { draft: Draft; onSave: () => void; mayChange: boolean }) {
  const { t } = useTranslation("menus");
  const jump = useRef<Jump>(null);
  return (
    <div className="policy as-text">
      <DocumentEditor label={t("document")} text={draft.text} onChange={draft.write} onTry={onSave} readOnly={!mayChange} jump={jump} wrong={draft.problems.map((one) => one.line)} warned={[]} />
      <div className="outcome"><Problems problems={draft.problems} onLine={(line) => jump.current?.to(line)} /></div>
    </div>
  );
}

/** Ctrl+S saves, Ctrl+Z and Ctrl+Y undo and redo what forms did; a text field undoes its own letters. */
function useKeys(draft: Draft, onSave: () => void, inForms: boolean): void {
  const latest = useRef({ draft, onSave, inForms });
  useEffect(() => { latest.current = { draft, onSave, inForms }; });
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey)) return;
      const { draft: one, onSave: save, inForms: here } = latest.current;
      const letter = event.key.toLowerCase();
      if (letter === "s") { event.preventDefault(); save(); }
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (!here || typing) return;
      if (letter === "z" && !event.shiftKey) { event.preventDefault(); one.undo(); }
      if (letter === "y" || (letter === "z" && event.shiftKey)) { event.preventDefault(); one.redo(); }
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  }, []);
}

function Refused({ error }: { error: unknown }) {
  const { t } = useTranslation("menus");
  const words = useTrouble();
  const meanwhile = error instanceof ApiError && error.code === "menu_changed_meanwhile";
  return <p className="refused" role="alert">{words(error)} {meanwhile && <Button small onPress={() => void client.invalidateQueries({ queryKey: ["menu"] })}>{t("act.read_again")}</Button>}</p>;
}

function PutAway({ menu }: { menu: Menu }) {
  const { t } = useTranslation("menus");
  const words = useTrouble();
  const navigate = useNavigate();
  const away = useMutation({
    mutationFn: () => api.delete(`/menus/${menu.id}`),
    onSuccess: () => { toast(t("done.put_away")); void client.invalidateQueries({ queryKey: ["menus"] }); void navigate({ to: "/menus" }); },
    onError: (refusal) => toast(words(refusal), { tone: "wrong" }),
  });
  return <Button look="quiet" isDisabled={away.isPending} onPress={() => away.mutate()}>{t("act.put_away")}</Button>;
}
