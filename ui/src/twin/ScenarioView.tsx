import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
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
import { CopyDialog, RunDialog, VersionsDialog } from "./dialogs";
import { useDraft, type Draft } from "./draft";
import { WhatIf } from "./editor/WhatIf";
import { Forms } from "./Forms";
import { check, problemsOf, scenarioQuery, type Problem, type Scenario } from "./queries";

/** One scenario: changed by forms or as a document, kept as versions, lived. */
export function ScenarioView({ id }: { id: string }) {
  const { t } = useTranslation("twin");
  const { data: scenario, error, refetch } = useQuery(scenarioQuery(id));
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 422);
  const back = <Link className="back" to="/twin"><Icon name="arrow-left" />{t("title")}</Link>;
  if (missing) return <>{back}<div className="rest"><Empty title={t("missing_scenario")}>{t("missing_lead")}</Empty></div></>;
  if (error && !scenario) return <>{back}<div className="rest"><Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} /></div></>;
  if (!scenario) return <>{back}<Skeleton lines={8} /></>;
  return <>{back}<Editing key={`${scenario.id}.${scenario.version}`} scenario={scenario} /></>;
}

function Editing({ scenario }: { scenario: Scenario }) {
  const { t } = useTranslation("twin");
  const now = useNow();
  const draft = useDraft(scenario);
  const [way, setWay] = useState<"forms" | "text">(scenario.content ? "forms" : "text");
  const [name, setName] = useState(scenario.name);
  const [asking, ask] = useState<"run" | "what" | "copy" | "versions" | null>(null);
  const dirty = draft.dirty || name !== scenario.name;
  const save = useSave(scenario, draft, name);
  const attempt = (): void => { if (dirty && !save.isPending) save.mutate(); };
  useKeys(draft, attempt, way === "forms");
  const problems: readonly Problem[] = save.error && problemsOf(save.error).length ? problemsOf(save.error) : draft.problems;
  return (
    <article className="twin-one" aria-labelledby="scenario-name">
      <header>
        <h2 id="scenario-name">{scenario.name}</h2>
        <span className="state">{t("version", { version: scenario.version })}{dirty ? ` · ${t("unsaved")}` : ""}</span>
        <p className="small two">{t(`origin.${scenario.origin}`)} · {t("changed", { who: scenario.changed_by ?? "–", when: moment(scenario.changed_ms, now) })}</p>
      </header>
      {draft.taken_up && <p className="note" role="status"><Icon name="info" />{t("taken_up")}</p>}
      <div className="acts">
        {dirty ? <Button look="main" isDisabled={!name.trim() || save.isPending} onPress={attempt}>{t("act.save")} <kbd aria-hidden="true">Ctrl+S</kbd></Button> : <Button look="main" isDisabled={scenario.content === null} onPress={() => ask("run")}><Icon name="lightning" />{t("act.run")}</Button>}
        <Button isDisabled={draft.content === null || problems.length > 0} onPress={() => ask("what")}>{t("act.what_if")}</Button>
        <Button isDisabled={!draft.canUndo} onPress={draft.undo}>{t("act.undo")}</Button>
        <Button isDisabled={!draft.canRedo} onPress={draft.redo}>{t("act.redo")}</Button>
        {dirty && <Button look="quiet" onPress={() => { draft.discard(); setName(scenario.name); save.reset(); }}>{t("act.drop_changes")}</Button>}
        <Button look="quiet" onPress={() => ask("copy")}>{t("act.copy")}</Button>
        <Button look="quiet" onPress={() => ask("versions")}>{t("act.versions")}</Button>
        <a className="btn quiet" href={`/api/v1/twin/scenarios/${scenario.id}/document`} download>{t("act.export")}</a>
        <PutAway scenario={scenario} />
      </div>
      {save.error && <Refused error={save.error} />}
      <TextInput label={t("name")} value={name} onChange={setName} maxLength={120} isRequired />
      <ChoiceInput label={t("way.label")} value={way} onChange={setWay} choices={[{ key: "forms", name: t("way.forms") }, { key: "text", name: t("way.text") }]} />
      {way === "forms" && draft.content && <Problems problems={problems} />}
      {way === "forms" && (draft.content ? <Forms content={draft.content} onChange={draft.change} problems={problems} onDocument={() => setWay("text")} /> : <p className="note late" role="status"><Icon name="warning-circle" />{t("unreadable")}</p>)}
      {way === "text" && <AsText draft={draft} problems={problems} onSave={attempt} />}
      {asking === "run" && <RunDialog scenario={scenario} onClose={() => ask(null)} />}
      {asking === "what" && draft.content && <WhatIf scenario={scenario} content={draft.content} dirty={dirty} onChange={draft.change} onClose={() => ask(null)} />}
      {asking === "copy" && <CopyDialog scenario={scenario} onClose={() => ask(null)} />}
      {asking === "versions" && <VersionsDialog scenario={scenario} onClose={() => ask(null)} onTake={(document) => { draft.write(document); ask(null); }} />}
    </article>
  );
}

/** Keeps the next version, of the document as it reads back. */
function useSave(scenario: Scenario, draft: Draft, name: string) {
  const { t } = useTranslation("twin");
  return useMutation({
    mutationFn: async () => {
      const source = draft.document();
      const found = await check(source);
      const document = found.problems.length === 0 && source.startsWith("{") ? found.document : source;
      return api.put<Scenario>(`/twin/scenarios/${scenario.id}`, { name: name.trim(), note: scenario.note, document, version: scenario.version });
    },
    onSuccess: (saved) => {
      draft.saved();
      client.setQueryData(scenarioQuery(String(saved.id)).queryKey, saved);
      void client.invalidateQueries({ queryKey: ["twin", "scenarios"] });
      toast(t("done.saved", { version: saved.version }));
    },
  });
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
  const { t } = useTranslation("twin");
  const words = useTrouble();
  const meanwhile = error instanceof ApiError && error.code === "scenario_changed_meanwhile";
  return <p className="refused" role="alert">{words(error)} {meanwhile && <Button small onPress={() => void client.invalidateQueries({ queryKey: ["twin", "scenario"] })}>{t("act.read_again")}</Button>}</p>;
}

function Problems({ problems, onLine }: { problems: readonly Problem[]; onLine?: (line: number) => void }) {
  const { t } = useTranslation("twin");
  if (problems.length === 0) return null;
  return (
    <section className="problems" role="status">
      <h3>{t("problems", { count: problems.length })}</h3>
      <ul>{problems.slice(0, 30).map((one, i) => (
        <li key={i}>{onLine ? <Button small onPress={() => onLine(one.line)}>{t("line", { line: one.line })}</Button> : null}<span><code>{one.path}</code> {one.message}</span></li>
      ))}</ul>
    </section>
  );
}

function AsText({ draft, problems, onSave }: { draft: Draft; problems: readonly Problem[]; onSave: () => void }) {
  const { t } = useTranslation("twin");
  const jump = useRef<Jump>(null);
  return (
    <div className="policy as-text">
      <DocumentEditor label={t("document")} text={draft.text} onChange={draft.write} onTry={onSave} readOnly={false} jump={jump} wrong={problems.map((one) => one.line)} warned={[]} />
      <div className="outcome">
        <p className="small two" role="status">{draft.checking ? t("checking") : problems.length ? "" : t("fine")}</p>
        <Problems problems={problems} onLine={(line) => jump.current?.to(line)} />
      </div>
    </div>
  );
}

function PutAway({ scenario }: { scenario: Scenario }) {
  const { t } = useTranslation("twin");
  const words = useTrouble();
  const navigate = useNavigate();
  const away = useMutation({
    mutationFn: () => api.delete(`/twin/scenarios/${scenario.id}`),
    onSuccess: () => { toast(t("done.put_away")); void client.invalidateQueries({ queryKey: ["twin", "scenarios"] }); void navigate({ to: "/twin" }); },
    onError: (refusal) => toast(words(refusal), { tone: "wrong" }),
  });
  return <Button look="quiet" isDisabled={away.isPending} onPress={() => away.mutate()}>{t("act.put_away")}</Button>;
}
