import { useState } from "react";
import { Button } from "../../parts/Button";
import { toast } from "../../parts/toasts";
import { textAt } from "../model";
import type { PanelProps } from "../nouns/noun";
import { useWords } from "../words";

const escaped = (text: string): string => text.replace(/[&"<]/g, (mark) => ({ "&": "&amp;", '"': "&quot;", "<": "&lt;" })[mark] ?? mark);

/** The lines a webmaster puts into the customer's site. */
function lines(item: PanelProps["item"]): string {
  const file = `${location.origin}/widget/affluent.js`;
  if (item["medium"] === "form")
    return `<script src="${file}" async></script>\n<affluent-form key="${escaped(textAt(item, "settings.form_key"))}"></affluent-form>`;
  if (item["medium"] === "voice")
    return `<script src="${location.origin}/widget/affluent-call.js" data-site="${escaped(textAt(item, "settings.site_key"))}" async></script>`;
  const colour = textAt(item, "settings.colour");
  return `<script src="${file}" data-site="${escaped(textAt(item, "settings.site_key"))}"${colour ? ` data-colour="${escaped(colour)}"` : ""} async></script>`;
}

export function EmbedCode({ item }: PanelProps) {
  const { say } = useWords();
  const [copied, setCopied] = useState(false);
  const code = lines(item);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(code);
      setCopied(true);
    } catch {
      toast(say("channels.embed_by_hand"), { tone: "wrong" });
    }
  };
  return (
    <section className="beside" aria-labelledby="embed">
      <h3 id="embed">{say("channels.embed")}</h3>
      <p className="two">{say(`channels.embed_lead_${String(item["medium"])}`)}</p>
      <pre tabIndex={0}><code>{code}</code></pre>
      <div className="row"><Button small onPress={() => void copy()}>{say("channels.embed_copy")}</Button><span role="status" className="three">{copied ? say("channels.embed_copied") : ""}</span></div>
    </section>
  );
}
