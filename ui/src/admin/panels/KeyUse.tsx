import { useNow } from "../../api/clock";
import { moment } from "../../i18n/format";
import { readAt, textAt } from "../model";
import type { PanelProps } from "../nouns/noun";
import { useOnce } from "../once";
import { useWords } from "../words";
import { Secret } from "./Secret";

/** How a key is used, when it was, and the key itself while it was just made. */
export function KeyUse({ item }: PanelProps) {
  const { say } = useWords();
  const now = useNow();
  const secret = useOnce("keys", item.id);
  const used = readAt(item, "last_used_ms"), made = readAt(item, "created_ms");
  return (
    <section className="beside" aria-labelledby="use">
      <h3 id="use">{say("keys.use")}</h3>
      {secret && <Secret secret={secret} words="keys" />}
      <p className="two">{say("keys.use_lead")}</p>
      <pre tabIndex={0}><code>{`curl ${location.origin}/api/v1/contacts -H "Authorization: Bearer ${secret ?? `${textAt(item, "prefix")}…`}"`}</code></pre>
      <p className="two">{typeof made === "number" && say("keys.made", { at: moment(made, now) })} {typeof used === "number" ? say("keys.used", { at: moment(used, now) }) : say("keys.never_used")} <a href="/docs/api">{say("keys.reference")}</a></p>
    </section>
  );
}
