import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button as Pressable, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { client } from "../api/queries";
import { number } from "../i18n/format";
import { Icon } from "../parts/Icon";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { filtersOf, sameFilters, type ListSearch } from "./filters";
import { BUILT_IN, filtersOfView, searchOf, viewCountsQuery, viewsQuery, type SavedView } from "./views";
import { ViewDialog } from "./ViewDialog";

/** The views: everyone's, then one's own and shared ones with how many contacts each holds. */
export function ViewList({ search }: { search: ListSearch }) {
  const { t } = useTranslation("contacts");
  const words = useTrouble();
  const { data: views = [] } = useQuery(viewsQuery);
  const { data: counts = [] } = useQuery({ ...viewCountsQuery, enabled: views.length > 0 });
  const [edited, edit] = useState<SavedView | "new" | null>(null);
  const again = (): void => void client.invalidateQueries({ queryKey: ["views"] });
  const tell = (error: unknown): void => toast(words(error), { tone: "wrong" });
  const shift = (view: SavedView, by: 1 | -1): void => {
    const ids = views.map((one) => one.id);
    const at = ids.indexOf(view.id);
    ids.splice(at, 1);
    ids.splice(Math.max(0, at + by), 0, view.id);
    client.setQueryData(viewsQuery.queryKey, ids.map((id) => views.find((one) => one.id === id)).filter((one) => one !== undefined));
    api.put("/views/order", { ids }).then(again, tell);
  };
  const act = (key: string, view: SavedView): void => {
    if (key === "edit") edit(view);
    else if (key === "up") shift(view, -1);
    else if (key === "down") shift(view, 1);
    else if (key === "update") api.patch(`/views/${view.id}`, { filters: filtersOf(search), ...(search.sort ? { sort: search.sort } : {}) }).then(() => { again(); toast(t("view.updated", { name: view.name })); }, tell);
    else if (key === "remove") api.delete(`/views/${view.id}`).then(() => {
      again();
      toast(t("view.removed", { name: view.name }), { action: { name: t("view.bring_back"), run: () => void api.post("/views", { name: view.name, filters: filtersOfView(view), sort: view.sort, columns: view.columns, shared: view.shared }).then(again, tell) } });
    }, tell);
  };
  const here = (filters: ListSearch): boolean => search.view === undefined && sameFilters(filters, search);
  return (
    <nav className="views" aria-label={t("view.all")}>
      <ul>
        {BUILT_IN.map((one) => (
          <li key={one.key}><Link to="/contacts" search={one.search} activeOptions={{ exact: true }} {...(here(one.search) ? { "aria-current": "page" as const } : {})}>{t(`view.${one.key}`)}</Link></li>
        ))}
      </ul>
      <div className="views-head"><h2>{t("view.mine_title")}</h2>
        <Pressable className="btn quiet sm icon" aria-label={t("view.save")} onPress={() => edit("new")}><Icon name="plus" /></Pressable></div>
      {views.length === 0 && <p className="small three">{t("view.empty")}</p>}
      <ul>
        {views.map((view, at) => {
          const count = counts.find((one) => one.id === view.id);
          return (
            <li key={view.id}>
              <Link to="/contacts" search={searchOf(view)} activeOptions={{ exact: true }} {...(search.view === view.id ? { "aria-current": "page" as const } : {})}>
                <span className="grow cut">{view.name}</span>
                {view.shared !== "nobody" && <><Icon name="users-three" /><span className="vh">{t("view.shared_by", { name: view.owner.name })}</span></>}
                {count && <span className="n">{number(count.count)}{count.more ? "+" : ""}</span>}
              </Link>
              <MenuTrigger>
                <Pressable className="btn quiet sm icon" aria-label={t("view.act", { name: view.name })}><Icon name="dots-three-vertical" /></Pressable>
                <Popover className="pop" placement="bottom end">
                  <Menu className="menu" aria-label={t("view.act", { name: view.name })} onAction={(key) => act(String(key), view)}>
                    {view.may_change && <MenuItem id="edit" className="item">{t("view.edit")}</MenuItem>}
                    {view.may_change && <MenuItem id="update" className="item">{t("view.update")}</MenuItem>}
                    <MenuItem id="up" className="item" isDisabled={at === 0}>{t("view.up")}</MenuItem>
                    <MenuItem id="down" className="item" isDisabled={at === views.length - 1}>{t("view.down")}</MenuItem>
                    {view.may_change && <MenuItem id="remove" className="item">{t("view.remove")}</MenuItem>}
                  </Menu>
                </Popover>
              </MenuTrigger>
            </li>
          );
        })}
      </ul>
      {edited && <ViewDialog view={edited === "new" ? null : edited} search={search} onClose={() => edit(null)} />}
    </nav>
  );
}
