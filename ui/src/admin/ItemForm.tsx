import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ApiError } from "../api/client";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import type { Look } from "./look";
import type { Noun } from "./nouns";
import { Editing } from "./Editing";
import { itemQuery } from "./queries";
import { useWords } from "./words";

/** Finds the item of the address, or starts a new one once what it refers to is known. */
export function ItemForm({ noun, look, id, mayChange }: { noun: Noun; look: Look; id: string; mayChange: boolean }) {
  const { say } = useWords();
  const { data, error, refetch, isFetchedAfterMount } = useQuery(itemQuery(noun.key, id));
  const missing = (id === "new" && noun.given) || error instanceof ApiError && (error.status === 404 || error.status === 422);
  const back = <Link className="back" to="/admin/$noun" params={{ noun: noun.key }}><Icon name="arrow-left" />{say(`${noun.key}.many`)}</Link>;
  if (error && !missing) return <>{back}<div className="rest"><Trouble title={say("common.not_read")} error={error} onRetry={() => void refetch()} /></div></>;
  if (missing) return <>{back}<div className="rest"><Empty title={say("common.no_such")}>{say("common.no_such_lead")}</Empty></div></>;
  if (!look.ready || (id !== "new" && !(data && isFetchedAfterMount))) return <Skeleton lines={6} />;
  return <>{back}<Editing noun={noun} look={look} item={data ?? null} mayChange={mayChange} /></>;
}
