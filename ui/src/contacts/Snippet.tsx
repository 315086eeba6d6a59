import { useTranslation } from "react-i18next";
import type { Found } from "./filters";

/** Why the contact was found: the place in a message, its words marked. */
export function Snippet({ found }: { found: Found }) {
  const { t } = useTranslation("contacts");
  if (!found.snippet) return <span className="two">{found.preview}</span>;
  const { direction, parts } = found.snippet;
  return (
    <span className={`two snip${direction === "note" ? " of-note" : ""}`}>
      {direction !== "in" && <span className="three">{t(`snippet.${direction}`)} </span>}
      {parts.map((part, i) => (part.hit ? <mark key={i}>{part.text}</mark> : <span key={i}>{part.text}</span>))}
    </span>
  );
}
