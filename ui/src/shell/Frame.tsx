import { useSuspenseQuery } from "@tanstack/react-query";
import { Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { connectionStore } from "../api/connection";
import { meQuery } from "../api/queries";
import { Notices } from "../board/Notices";
import { HeldBar } from "../held/HeldBar";
import { PhoneHost } from "../phone/PhoneHost";
import { receive, refetchAll } from "../api/receive";
import { openStream } from "../api/stream";
import { GroupTabs } from "./Grouped";
import { LostBar } from "./LostBar";
import { NotOpen } from "./NotOpen";
import { Rail } from "./Rail";
import { HOME, isOpenTo, pageAt } from "./rights";
import "./frame.css";

/** What stands around every page once signed in: the rail, the one stream, the bar of a lost connection. */
export function Frame() {
  const { t } = useTranslation();
  const { data: me } = useSuspenseQuery(meQuery);
  const { pathname } = useLocation();
  const page = pageAt(pathname);
  const isOpen = page === null || isOpenTo(me.role, page);
  const stream = useRef<ReturnType<typeof openStream> | null>(null);
  const lost = useSyncExternalStore(connectionStore.subscribe, () => connectionStore.get().state === "lost");
  useEffect(() => {
    stream.current = openStream(receive, refetchAll);
    return () => stream.current?.close();
  }, [me.id]);
  return (
    <div className={`frame${lost ? " stale" : ""}${me.keys_enabled ? "" : " no-keys"}`}>
      <a className="btn skip" href="#page">{t("rail.skip")}</a>
      <div style={{ gridArea: "lost" }}><LostBar onRetry={() => stream.current?.retry()} /><HeldBar me={me} /><Notices me={me} /><PhoneHost serves={isOpenTo(me.role, "desk")} /></div>
      <Rail me={me} />
      <div className="page" id="page" tabIndex={-1}><GroupTabs role={me.role} />{isOpen ? <Outlet /> : pathname === "/desk" ? <Navigate to={HOME[me.role]} replace /> : <NotOpen me={me} />}</div>
    </div>
  );
}
