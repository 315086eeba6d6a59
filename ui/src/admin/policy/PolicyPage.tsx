import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError } from "../../api/client";
import { useNow } from "../../api/clock";
import { client } from "../../api/queries";
import { clock, day } from "../../i18n/format";
import { Button } from "../../parts/Button";
import { Skeleton } from "../../parts/Skeleton";
import { TextInput } from "../../parts/TextInput";
import { toast } from "../../parts/toasts";
import { Trouble, useTrouble } from "../../parts/Trouble";
import { UnsavedGuard } from "../UnsavedGuard";
import { DocumentEditor, type Jump } from "./DocumentEditor";
import type { Since, Standing, Tried } from "./model";
import { Outcome } from "./Outcome";
import "./policy.css";

const READ = ["admin", "policy"];

/** The routing of the whole centre as one document: tried, looked at, applied as one version. */
export function PolicyPage({ mayChange }: { mayChange: boolean }) {
  const { t } = useTranslation("policy");
  const { data, error, refetch } = useQuery({ queryKey: READ, queryFn: () => api.get<Standing>("/admin/policy"), staleTime: Infinity, gcTime: 0 });
  return (
    <section className="audit policy" aria-labelledby="policy-title">
      <header><h2 id="policy-title">{t("title")}</h2></header>
      {error && <Trouble title={t("not_read")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={10} />}
      {data && <Editing standing={data} mayChange={mayChange} onAgain={() => void refetch()} />}
    </section>
  );
}

function Editing({ standing, mayChange, onAgain }: { standing: Standing; mayChange: boolean; onAgain: () => void }) {
  const { t } = useTranslation("policy");
  const words = useTrouble();
  const now = useNow();
  // What others change meanwhile must not take away what is being written: it is told when one tries.
  const [base, setBase] = useState(standing);
  const [text, setText] = useState(standing.document);
  const [from, setFrom] = useState(standing.version);
  const adopting = useRef(false);
  const [reason, setReason] = useState("");
  const jump = useRef<Jump>(null);
  const passing = useRef(false);
  const dirty = text !== base.document;
  const trying = useMutation({
    mutationFn: (version: number) => api.put<Tried>("/admin/policy", { document: text, version, only_try: true }),
    onSuccess: (found) => { const first = found.problems[0]; if (first) jump.current?.to(first.line); },
  });
  const applying = useMutation({
    mutationFn: (version: number) => api.put<Tried>("/admin/policy", { document: text, version, reason: reason.trim() }),
    onSuccess: (done, before) => {
      adopting.current = true;
      setReason("");
      toast(t("applied", { version: done.version }), { for_ms: 15_000, action: { name: t("undo"), run: () => undo.mutate(before) } });
      void client.invalidateQueries({ queryKey: ["admin"] });
    },
  });
  const undo = useMutation({
    mutationFn: (version: number) => api.post(`/admin/versions/${version}/back`, { reason: t("undone_why") }),
    onSuccess: () => { toast(t("undone")); void client.invalidateQueries({ queryKey: ["admin"] }); },
    onError: (refusal) => toast(words(refusal), { tone: "wrong" }),
  });
  const adopt = (next: Standing): void => { adopting.current = false; setBase(next); setFrom(next.version); change(next.document); };
  const again = (): void => {
    if (standing.version !== base.version) return adopt(standing);
    adopting.current = true;
    onAgain();
  };
  const change = (next: string): void => { setText(next); trying.reset(); applying.reset(); };
  const attempt = (): void => { if (mayChange && !trying.isPending) { applying.reset(); trying.mutate(from); } };
  useEffect(() => { if (standing.version !== base.version && (adopting.current || text === base.document)) adopt(standing); });
  const found = trying.data;
  const refused = applying.error ?? trying.error;
  const since = refused instanceof ApiError && refused.code === "changed_meanwhile" ? (refused.details["since"] as Since[]) : null;
  const stands = refused instanceof ApiError ? Number(refused.details["version"] ?? 0) : 0;
  const ready = found !== undefined && found.problems.length === 0 && found.differences.length > 0;
  const side = useRef<HTMLDivElement>(null);
  useEffect(() => { if (found && window.innerWidth <= 1000) side.current?.scrollIntoView({ block: "nearest" }); }, [found]);
  return (
    <>
      <UnsavedGuard dirty={dirty && mayChange} passing={passing} />
      <p className="two lead">{t("lead")} {base.at_ms !== null && <span>{t("stands", { version: base.version, moment: `${day(base.at_ms, now)}, ${clock(base.at_ms)}`, who: base.by ?? "–" })}{base.reason ? ` · ${base.reason}` : ""}</span>} <Link to="/admin/$noun" params={{ noun: "versions" }}>{t("versions")}</Link></p>
      <div className="halves">
        <DocumentEditor label={t("document")} text={text} onChange={change} onTry={attempt} readOnly={!mayChange || applying.isPending} jump={jump}
          wrong={found?.problems.map((one) => one.line) ?? []} warned={found?.warnings.map((one) => one.line) ?? []} />
        <div ref={side} className="outcome">
          <div className="acts">
            {mayChange && <Button look={ready ? "plain" : "main"} isPending={trying.isPending} onPress={attempt}>{t("try")} <kbd aria-hidden="true">Ctrl+S</kbd></Button>}
            {dirty && <Button look="quiet" onPress={() => change(base.document)}>{t("reset")}</Button>}
            <Button look="quiet" onPress={() => keepFile(text, from)}>{t("download")}</Button>
          </div>
          {!found && !refused && <p className="two">{t(mayChange ? "hint" : "read_only")}</p>}
          {since && (
            <section className="problems" role="alert">
              <h3>{words(refused)}</h3>
              <ul>{since.map((one) => <li key={one.id}><span><b className="b">{one.account?.name ?? "–"}</b> · {day(one.at_ms, now)}, {clock(one.at_ms)} · {one.name || t("several")}{one.reason ? ` · ${one.reason}` : ""}</span></li>)}</ul>
              <div className="acts">
                <Button onPress={again}>{t("read_again")}</Button>
                <Button look="quiet" onPress={() => { setFrom(stands); applying.reset(); trying.mutate(stands); }}>{t("keep_mine")}</Button>
              </div>
            </section>
          )}
          {refused && !since && <p className="refused" role="alert">{words(refused)}</p>}
          {found && !since && <Outcome tried={found} onLine={(line) => jump.current?.to(line)} />}
          {ready && !since && (
            <form className="applies" onSubmit={(event) => { event.preventDefault(); if (reason.trim()) applying.mutate(from); }}>
              <TextInput label={t("why")} hint={t("why_hint")} value={reason} onChange={setReason} isRequired maxLength={500} autoComplete="off" />
              <Button type="submit" look="main" isDisabled={!reason.trim()} isPending={applying.isPending}>{t("apply")}</Button>
              <p className="small three" role="status">{applying.isPending ? t("applying") : ""}</p>
            </form>
          )}
        </div>
      </div>
    </>
  );
}

/** Hands the text over as a file. */
function keepFile(text: string, version: number): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = `affluent-policy-${version}.yaml`;
  link.click();
  URL.revokeObjectURL(link.href);
}
