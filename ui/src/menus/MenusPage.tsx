import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import "../admin/admin.css";
import "../admin/form.css";
import { adminQuery } from "../admin/queries";
import { useNow } from "../api/clock";
import { meQuery } from "../api/queries";
import { moment } from "../i18n/format";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { NewDialog, type Brand } from "./dialogs";
import "./menus.css";
import { MenuView } from "./MenuView";
import { menusQuery, type MenuLine } from "./queries";

/** Voice menus: all of them on the left, one drawn on the right. */
export function MenusPage() {
  const { t } = useTranslation("menus");
  const { menuId } = useParams({ strict: false });
  const { data: me } = useQuery(meQuery);
  const menus = useInfiniteQuery(menusQuery);
  const brands = useQuery({ ...adminQuery("brands"), select: (all): Brand[] => all.filter((one) => !one["archived"]).map((one) => ({ id: one.id, name: String(one["name"]) })) });
  const [making, make] = useState(false);
  useEffect(() => { document.title = `${t("title")} · Affluent`; }, [t]);
  const kept = menus.data?.pages.flatMap((page) => page.items) ?? [];
  const mayChange = me?.role === "administrator";
  const error = menus.error ?? brands.error;
  return (
    <main className={`menus admin${menuId ? " chosen" : ""}`}>
      <section className="items" aria-labelledby="menus-title">
        <header><h1 id="menus-title">{t("title")}</h1></header>
        {mayChange && <div className="makes"><Button look="main" isDisabled={!brands.data?.length} onPress={() => make(true)}><Icon name="plus" />{t("act.new")}</Button></div>}
        {error && <div className="rest"><Trouble title={t("trouble")} error={error} onRetry={() => { void menus.refetch(); void brands.refetch(); }} /></div>}
        {!menus.data && !error && <Skeleton lines={5} />}
        {menus.data && kept.length === 0 && <p className="two none">{t("none")}</p>}
        <ul>{kept.map((one) => <Row key={one.id} one={one} current={String(one.id) === menuId} brand={brands.data?.find((brand) => brand.id === one.brand_id)?.name ?? ""} />)}</ul>
        {menus.hasNextPage && <div className="foot"><Button isPending={menus.isFetchingNextPage} onPress={() => void menus.fetchNextPage()}>{t("act.further")}</Button></div>}
      </section>
      <section className="one" aria-label={t("one")} tabIndex={0}>
        {menuId !== undefined ? <MenuView key={menuId} id={menuId} mayChange={mayChange} /> : <div className="rest"><Empty title={t("what_title")}>{t("what_lead")}</Empty></div>}
      </section>
      {making && brands.data && <NewDialog brands={brands.data} onClose={() => make(false)} />}
    </main>
  );
}

function Row({ one, current, brand }: { one: MenuLine; current: boolean; brand: string }) {
  const { t } = useTranslation("menus");
  const now = useNow();
  return (
    <li>
      <Link to="/menus/$menuId" params={{ menuId: String(one.id) }} {...(current ? { "aria-current": "page" as const } : {})}>
        <span className="b cut">{one.name}</span>
        <span className="small two cut">{brand} · {one.published === null ? t("never_published") : t("heard_version", { version: one.published })} · {moment(one.changed_ms, now)}</span>
      </Link>
    </li>
  );
}
