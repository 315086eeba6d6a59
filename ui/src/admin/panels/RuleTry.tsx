import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { useNow } from "../../api/clock";
import type { Named, Row } from "../../api/types";
import { moment, number } from "../../i18n/format";
import { Button } from "../../parts/Button";
import { useTrouble } from "../../parts/Trouble";
import { NativeSelect } from "../fields/NativeSelect";
import { sent } from "../model";
import type { PanelProps } from "../nouns/noun";
import { useWords } from "../words";
import { customerName } from "../../desk/customerName";

type Place = Named | string | null;
interface Tried { matched: number; total: number; examples: (Row & { current_queue: Place; new_queue: Place })[] }

const DAYS = ["7", "30", "90"];
const placeName = (place: Place): string => (place === null ? "–" : typeof place === "string" ? place : place.name);

/** What the rule as drawn, saved or not, would have done with past contacts. */
export function RuleTry({ draft }: PanelProps) {
  const { say } = useWords();
  const words = useTrouble();
  const now = useNow();
  const [days, setDays] = useState("30");
  const tried = useMutation({ mutationFn: () => api.post<Tried>("/admin/rules/try", { rule: sent(draft), days: Number(days) }) });
  const found = tried.data;
  return (
    <section className="beside" aria-labelledby="try">
      <h3 id="try">{say("rules.try")}</h3>
      <p className="two">{say("rules.try_lead")}</p>
      <div className="row wrap">
        <NativeSelect label={say("rules.try_days")} value={days} choices={DAYS.map((key) => ({ key, name: say("rules.try_last", { days: key }) }))} onChange={setDays} />
        <Button small onPress={() => tried.mutate()} isPending={tried.isPending} isDisabled={tried.isPending}>{say("rules.try_run")}</Button>
      </div>
      <div role="status">
        {tried.error && <p className="wrong-word">{words(tried.error)}</p>}
        {found && <p className="b">{say("rules.try_found", { matched: number(found.matched), total: number(found.total) })}</p>}
      </div>
      {found && found.examples.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label={say("rules.try_examples")}>
          <table>
            <thead><tr>{["contact", "arrived", "current", "new"].map((key) => <th key={key} scope="col">{say(`rules.try_${key}`)}</th>)}</tr></thead>
            <tbody>
              {found.examples.map((one) => (
                <tr key={one.id}><td><b className="b">{customerName(one.customer)}</b><br /><span className="two">{one.subject || one.preview}</span></td><td>{moment(one.arrived_ms, now)}</td><td>{placeName(one.current_queue)}</td><td>{placeName(one.new_queue)}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
