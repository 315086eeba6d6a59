import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Labelled } from "../admin/fields/Labelled";
import { NumberInput } from "../admin/fields/NumberInput";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import { client } from "../api/queries";
import { moment } from "../i18n/format";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { DialogBox } from "../parts/DialogBox";
import { SelectInput } from "../parts/SelectInput";
import { Skeleton } from "../parts/Skeleton";
import { TextInput } from "../parts/TextInput";
import { useTrouble } from "../parts/Trouble";
import { keepRun, problemsOf, versionsQuery, type Run, type Scenario, type ScenarioLine } from "./queries";

/** Asks for a run and goes where it can be watched. */
function useAsk(onClose: () => void) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: Record<string, unknown>) => api.post<Run>("/twin/runs", body),
    onSuccess: (run) => { keepRun(run); onClose(); void navigate({ to: "/twin/runs/$runId", params: { runId: String(run.id) } }); },
  });
}

/** How many days, and of which seed. */
function DaysFields({ days, seed, onDays, onSeed }: { days: number | null; seed: number | null; onDays: (days: number | null) => void; onSeed: (seed: number | null) => void }) {
  const { t } = useTranslation("twin");
  return (
    <>
      <Labelled label={t("ask.days")} hint={t("ask.days_hint")}>{(attributes) => <NumberInput {...attributes} value={days} least={1} most={20_000} onChange={(next) => onDays(next === null ? null : Math.round(next))} />}</Labelled>
      <Labelled label={t("ask.seed")} hint={t("ask.seed_hint")}>{(attributes) => <NumberInput {...attributes} value={seed} least={0} most={2 ** 31} onChange={(next) => onSeed(next === null ? null : Math.round(next))} />}</Labelled>
    </>
  );
}

export function RunDialog({ scenario, onClose }: { scenario: ScenarioLine; onClose: () => void }) {
  const { t } = useTranslation("twin");
  const words = useTrouble();
  const [days, setDays] = useState<number | null>(100);
  const [seed, setSeed] = useState<number | null>(1);
  const ask = useAsk(onClose);
  return (
    <DialogBox title={t("ask.run", { name: scenario.name })} isOpen onClose={onClose}>
      <DaysFields days={days} seed={seed} onDays={setDays} onSeed={setSeed} />
      {ask.error && <p className="refused" role="alert">{words(ask.error)}</p>}
      <div className="ends"><Button onPress={onClose}>{t("act.stay")}</Button><Button look="main" isDisabled={!days || seed === null || ask.isPending} onPress={() => ask.mutate({ kind: "run", scenario_id: scenario.id, replications: days, seed })}>{t("act.run")}</Button></div>
    </DialogBox>
  );
}

/** Which of those chosen the others are compared to, and over how many days. */
export function CompareDialog({ scenarios, onClose }: { scenarios: readonly ScenarioLine[]; onClose: () => void }) {
  const { t } = useTranslation("twin");
  const words = useTrouble();
  const [base, setBase] = useState(String(scenarios[0]?.id ?? ""));
  const [days, setDays] = useState<number | null>(100);
  const [seed, setSeed] = useState<number | null>(1);
  const ask = useAsk(onClose);
  const ids = [Number(base), ...scenarios.map((one) => one.id).filter((id) => String(id) !== base)];
  return (
    <DialogBox title={t("ask.compare")} isOpen onClose={onClose} width="560px">
      <ChoiceInput label={t("ask.base")} value={base} onChange={setBase} choices={scenarios.map((one) => ({ key: String(one.id), name: one.name }))} />
      <DaysFields days={days} seed={seed} onDays={setDays} onSeed={setSeed} />
      {ask.error && <p className="refused" role="alert">{words(ask.error)}</p>}
      <div className="ends"><Button onPress={onClose}>{t("act.stay")}</Button><Button look="main" isDisabled={!days || seed === null || ask.isPending} onPress={() => ask.mutate({ kind: "compare", scenario_ids: ids, replications: days, seed })}>{t("act.compare")}</Button></div>
    </DialogBox>
  );
}

const DAYS = ["usual", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "full", "short", "unusual"] as const;
/** A scenario of the centre as it is, from its own last weeks. */
export function TodayDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("twin");
  const words = useTrouble();
  const [name, setName] = useState(t("ask.today_name"));
  const [weeks, setWeeks] = useState<number | null>(8);
  const [day, setDay] = useState<(typeof DAYS)[number]>("usual");
  const ask = useAsk(onClose);
  return (
    <DialogBox title={t("act.today")} isOpen onClose={onClose} width="560px">
      <p className="two">{t("ask.today_lead")}</p>
      <TextInput label={t("name")} value={name} onChange={setName} maxLength={120} isRequired />
      <Labelled label={t("ask.weeks")} hint={t("ask.weeks_hint")}>{(attributes) => <NumberInput {...attributes} value={weeks} least={1} most={104} onChange={(next) => setWeeks(next === null ? null : Math.round(next))} />}</Labelled>
      <SelectInput label={t("ask.day")} hint={t("ask.day_hint")} value={day} onChange={setDay} choices={DAYS.map((key) => ({ key, name: t(`day.${key}`) }))} />
      {ask.error && <p className="refused" role="alert">{words(ask.error)}</p>}
      <div className="ends"><Button onPress={onClose}>{t("act.stay")}</Button><Button look="main" isDisabled={!name.trim() || !weeks || ask.isPending} onPress={() => ask.mutate({ kind: "fit", name: name.trim(), weeks, ...(day === "usual" ? {} : { day }) })}>{t("act.make")}</Button></div>
    </DialogBox>
  );
}

/** A document from elsewhere, as a file or pasted. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("twin");
  const words = useTrouble();
  const navigate = useNavigate();
  const file = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  const [document, setDocument] = useState("");
  const make = useMutation({
    mutationFn: () => api.post<Scenario>("/twin/scenarios", { name: name.trim(), document }),
    onSuccess: (made) => { void client.invalidateQueries({ queryKey: ["twin", "scenarios"] }); onClose(); void navigate({ to: "/twin/scenarios/$scenarioId", params: { scenarioId: String(made.id) } }); },
  });
  const read = async (): Promise<void> => {
    const chosen = file.current?.files?.[0];
    if (!chosen) return;
    const text = await chosen.text();
    setDocument(text);
    if (!name) setName(/^name:\s*["']?(.+?)["']?\s*$/m.exec(text)?.[1] ?? chosen.name.replace(/\.ya?ml$|\.json$/, ""));
  };
  return (
    <DialogBox title={t("act.import")} isOpen onClose={onClose} width="680px">
      <p className="two">{t("ask.import_lead")}</p>
      <label className="field"><span>{t("ask.file")}</span><input ref={file} type="file" accept=".yaml,.yml,.json" onChange={() => void read()} /></label>
      <TextInput label={t("name")} value={name} onChange={setName} maxLength={120} isRequired />
      <TextInput label={t("document")} value={document} onChange={setDocument} rows={12} lang="zxx" />
      {make.error && <div className="refused" role="alert"><p>{words(make.error)}</p><ul>{problemsOf(make.error).slice(0, 20).map((one, i) => <li key={i}>{t("line", { line: one.line })} · {one.message}</li>)}</ul></div>}
      <div className="ends"><Button onPress={onClose}>{t("act.stay")}</Button><Button look="main" isDisabled={!name.trim() || !document.trim() || make.isPending} onPress={() => make.mutate()}>{t("act.import")}</Button></div>
    </DialogBox>
  );
}

export function CopyDialog({ scenario, onClose }: { scenario: ScenarioLine; onClose: () => void }) {
  const { t } = useTranslation("twin");
  const words = useTrouble();
  const navigate = useNavigate();
  const [name, setName] = useState(t("ask.copy_name", { name: scenario.name }).slice(0, 120));
  const copy = useMutation({
    mutationFn: () => api.post<Scenario>(`/twin/scenarios/${scenario.id}/copy`, { name: name.trim() }),
    onSuccess: (made) => { void client.invalidateQueries({ queryKey: ["twin", "scenarios"] }); onClose(); void navigate({ to: "/twin/scenarios/$scenarioId", params: { scenarioId: String(made.id) } }); },
  });
  return (
    <DialogBox title={t("act.copy")} isOpen onClose={onClose}>
      <TextInput label={t("name")} value={name} onChange={setName} maxLength={120} isRequired />
      {copy.error && <p className="refused" role="alert">{words(copy.error)}</p>}
      <div className="ends"><Button onPress={onClose}>{t("act.stay")}</Button><Button look="main" isDisabled={!name.trim() || copy.isPending} onPress={() => copy.mutate()}>{t("act.copy")}</Button></div>
    </DialogBox>
  );
}

/** What it was before: an old version is taken up as a change, and saved like any other. */
export function VersionsDialog({ scenario, onClose, onTake }: { scenario: Scenario; onClose: () => void; onTake: (document: string) => void }) {
  const { t } = useTranslation("twin");
  const words = useTrouble();
  const now = useNow();
  const { data, error } = useQuery(versionsQuery(scenario.id));
  const take = useMutation({ mutationFn: (number: number) => api.get<Scenario>(`/twin/scenarios/${scenario.id}?version=${number}`), onSuccess: (found) => onTake(found.document) });
  return (
    <DialogBox title={t("act.versions")} isOpen onClose={onClose} width="560px">
      {(error ?? take.error) && <p className="refused" role="alert">{words(error ?? take.error)}</p>}
      {!data && !error && <Skeleton lines={3} />}
      <ul className="versions">{data?.map((one) => (
        <li key={one.number}>
          <span><b className="b">{t("version", { version: one.number })}</b> <span className="two">{one.name} · {one.by ?? "–"} · {moment(one.at_ms, now)}{one.why ? ` · ${one.why}` : ""}</span></span>
          {one.number !== scenario.version && <Button small isDisabled={take.isPending} onPress={() => take.mutate(one.number)}>{t("act.take_up")}</Button>}
        </li>
      ))}</ul>
    </DialogBox>
  );
}
