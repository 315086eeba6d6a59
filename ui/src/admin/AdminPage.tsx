import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Sessions } from "../account/Sessions";
import { meQuery } from "../api/queries";
import { Icon } from "../parts/Icon";
import type { IconName } from "../parts/icons";
import { Empty } from "../parts/Empty";
import "./admin.css";
import "./form.css";
import { Audit } from "./Audit";
import { EverySession } from "./EverySession";
import { ItemForm } from "./ItemForm";
import { ItemList } from "./ItemList";
import { useLook } from "./look";
import { nounOf, NOUNS } from "./nouns";
import { PolicyPage } from "./policy/PolicyPage";
import { OutboundSettings } from "../outbound/OutboundSettings";
import { isOpenTo } from "../shell/rights";
import { Versions } from "./Versions";
import { useWords } from "./words";

const PAGES: readonly { key: string; icon: IconName }[] = [...NOUNS, { key: "outbound", icon: "phone" }, { key: "policy", icon: "code" }, { key: "versions", icon: "clock-countdown" }, { key: "audit", icon: "clipboard-text" }, { key: "sessions", icon: "identification-card" }];
/** What was done, by whom: for those who may read the audit trail. */
const PROOFS: readonly string[] = ["audit", "outbound", "versions"];

/** The settings: what can be set on the left, its items next, the chosen one on the right. */
export function AdminPage() {
  const { say } = useWords();
  const { data: me } = useSuspenseQuery(meQuery);
  const { noun: key = "brands", id } = useParams({ strict: false });
  const look = useLook();
  const noun = nounOf(key);
  const known = noun !== undefined || key === "audit" || key === "outbound" || key === "policy" || key === "versions" || key === "sessions";
  const mayChange = me.role === "administrator";
  const nav = useRef<HTMLElement>(null);
  // On a phone the nouns are a strip: the one in sight is the one in use.
  useEffect(() => { nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }); }, [key]);
  useEffect(() => { document.title = `${say(known ? `${key}.many` : "title")} · Affluent`; }, [say, key, known]);
  return (
    <main className={`admin${id === undefined ? "" : " chosen"}`}>
      <h1 className="vh">{say("title")}</h1>
      <nav ref={nav} className="nouns" aria-label={say("title")}>
        <p className="top" aria-hidden="true">{say("title")}</p>
        <ul>
          {PAGES.filter((page) => !PROOFS.includes(page.key) || isOpenTo(me.role, "audit")).map((page) => (
            <li key={page.key}>
              <Link to="/admin/$noun" params={{ noun: page.key }} {...(page.key === key ? { "aria-current": "page" as const } : {})}><Icon name={page.icon} />{say(`${page.key}.many`)}</Link>
            </li>
          ))}
        </ul>
        {!mayChange && <p className="small three reads">{say("common.read_only")}</p>}
      </nav>
      {key === "audit" && <Audit />}
      {key === "outbound" && <OutboundSettings mayChange={mayChange} />}
      {key === "policy" && <PolicyPage mayChange={mayChange} />}
      {key === "versions" && <Versions mayChange={mayChange} />}
      {key === "sessions" && (
        <section className="audit" aria-labelledby="sessions">
          <header><h2 id="sessions">{say(mayChange ? "sessions.many" : "sessions.mine")}</h2></header>
          {mayChange ? <><p className="two">{say("sessions.lead")}</p><EverySession /></> : <Sessions />}
        </section>
      )}
      {noun && <ItemList key={key} noun={noun} look={look} chosen={id} mayChange={mayChange} />}
      {noun && (
        <section className="one" aria-label={say(`${key}.one`)} {...(mayChange ? {} : { tabIndex: 0 })}>
          {id === undefined ? <div className="rest"><Empty title={say(`${key}.many`)}>{say(`${key}.lead`)}</Empty></div>
            : <ItemForm key={`${key}/${id}`} noun={noun} look={look} id={id} mayChange={mayChange} />}
        </section>
      )}
      {!known && <div className="rest"><Empty title={say("common.unknown_noun")} /></div>}
    </main>
  );
}
