import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { meQuery } from "../api/queries";
import { Icon } from "../parts/Icon";
import type { IconName } from "../parts/icons";
import { Empty } from "../parts/Empty";
import "./admin.css";
import "./form.css";
import { Audit } from "./Audit";
import { ItemForm } from "./ItemForm";
import { ItemList } from "./ItemList";
import { useLook } from "./look";
import { nounOf, NOUNS } from "./nouns";
import { useWords } from "./words";

const PAGES: readonly { key: string; icon: IconName }[] = [...NOUNS, { key: "audit", icon: "clipboard-text" }];

/** The settings: what can be set on the left, its items next, the chosen one on the right. */
export function AdminPage() {
  const { say } = useWords();
  const { data: me } = useSuspenseQuery(meQuery);
  const { noun: key = "brands", id } = useParams({ strict: false });
  const look = useLook();
  const noun = nounOf(key);
  const known = noun !== undefined || key === "audit";
  const mayChange = me.role === "administrator";
  useEffect(() => { document.title = `${say(known ? `${key}.many` : "title")} · Affluent`; }, [say, key, known]);
  return (
    <main className={`admin${id === undefined ? "" : " chosen"}`}>
      <nav className="nouns" aria-label={say("title")}>
        <h1>{say("title")}</h1>
        <ul>
          {PAGES.map((page) => (
            <li key={page.key}>
              <Link to="/admin/$noun" params={{ noun: page.key }} {...(page.key === key ? { "aria-current": "page" as const } : {})}><Icon name={page.icon} />{say(`${page.key}.many`)}</Link>
            </li>
          ))}
        </ul>
        {!mayChange && <p className="small three reads">{say("common.read_only")}</p>}
      </nav>
      {key === "audit" && <Audit />}
      {noun && <ItemList key={key} noun={noun} look={look} chosen={id} mayChange={mayChange} />}
      {noun && (
        <section className="one" aria-label={say(`${key}.one`)}>
          {id === undefined ? <div className="rest"><Empty title={say("common.nothing_chosen")}>{say(`${key}.lead`)}</Empty></div>
            : <ItemForm key={`${key}/${id}`} noun={noun} look={look} id={id} mayChange={mayChange} />}
        </section>
      )}
      {!known && <div className="rest"><Empty title={say("common.unknown_noun")} /></div>}
    </main>
  );
}
