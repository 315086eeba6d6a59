import { useMutation } from "@tanstack/react-query";
import { api } from "../../api/client";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { useTrouble } from "../../parts/Trouble";
import type { PanelProps } from "../nouns/noun";
import { useWords } from "../words";

interface Step { step: string; ok: boolean; detail?: string | null; error?: string | null }
interface Tried { steps?: Step[]; items?: Step[] }

/** Tries the saved servers step by step, and says at which one it stops. */
export function ConnectionTest({ item, dirty }: PanelProps) {
  const { say, maybe } = useWords();
  const words = useTrouble();
  const tried = useMutation({ mutationFn: () => api.post<Tried>(`/admin/channels/${item.id}/test`) });
  const steps = tried.data && (tried.data.steps ?? tried.data.items ?? []);
  return (
    <section className="beside" aria-labelledby="test">
      <h3 id="test">{say("channels.test")}</h3>
      <p className="two">{say(dirty ? "channels.test_save_first" : "channels.test_lead")}</p>
      <div><Button small onPress={() => tried.mutate()} isPending={tried.isPending} isDisabled={dirty || tried.isPending}><Icon name="plugs-connected" />{say(tried.isPending ? "channels.test_running" : "channels.test_run")}</Button></div>
      <div role="status">
        {tried.error && <p className="wrong-word">{words(tried.error)}</p>}
        {steps && <p className="b">{say(steps.every((one) => one.ok) ? "channels.test_ok" : "channels.test_failed")}</p>}
        {steps && (
          <ol className="steps">
            {steps.map((one) => (
              <li key={one.step} className={one.ok ? "" : "wrong-word"}>
                <Icon name={one.ok ? "check" : "warning-circle"} />
                <span><b className="b">{maybe(`step.${one.step}`) ?? one.step}</b><span className="vh">{say(one.ok ? "common.done" : "common.failed")}</span>{(one.detail || one.error) && <span className="detail">{one.detail || one.error}</span>}</span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  );
}
