import { useState } from "react";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { toast } from "../../parts/toasts";
import { useWords } from "../words";

/** A secret in the only moment in which it can be read: to be copied now. */
export function Secret({ secret, words }: { secret: string; words: string }) {
  const { say } = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      toast(say("channels.embed_by_hand"), { tone: "wrong" });
    }
  };
  return (
    <div className="secret" role="status">
      <p className="b"><Icon name="warning" /> {say(`${words}.secret_once`)}</p>
      <pre tabIndex={0}><code>{secret}</code></pre>
      <div className="row"><Button small look="main" onPress={() => void copy()}>{say("channels.embed_copy")}</Button><span className="three">{copied ? say("channels.embed_copied") : ""}</span></div>
    </div>
  );
}
