import { useQuery } from "@tanstack/react-query";
import { Autocomplete, Button, Input, Menu, MenuItem, MenuTrigger, Popover, SearchField, useFilter } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { macrosQuery } from "../api/queries";
import type { Macro } from "../api/types";
import { Icon } from "../parts/Icon";
import { Key } from "./Key";
import "../parts/menu.css";

interface Props { isOpen: boolean; onOpen: (open: boolean) => void; language: string | null; brandId: number; onPick: (macro: Macro) => void; preview: (macro: Macro) => string }

/** Ready texts; those in the customer's language first. Typing narrows the list. */
export function MacroMenu({ isOpen, onOpen, language, brandId, onPick, preview }: Props) {
  const { t } = useTranslation();
  const { contains } = useFilter({ sensitivity: "base" });
  const { data } = useQuery({ ...macrosQuery, enabled: isOpen });
  const macros = (data ?? []).filter((one) => !one.brand_id || one.brand_id === brandId)
    .sort((a, b) => Number(!(language ?? "").startsWith(a.language)) - Number(!(language ?? "").startsWith(b.language)) || a.title.localeCompare(b.title));
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={onOpen}>
      <Button className="btn sm quiet"><Icon name="lightning" />{t("compose.macros")} <Key act="macros" /></Button>
      <Popover className="pop macros" placement="top start">
        <Autocomplete filter={contains}>
          <SearchField className="field" aria-label={t("compose.macros_find")} autoFocus style={{ padding: 4 }}><Input placeholder={t("compose.macros_find")} /></SearchField>
          <Menu className="menu" aria-label={t("compose.macros")} items={macros} renderEmptyState={() => <p className="small three" style={{ padding: 10 }}>{t("compose.macros_none")}</p>}
            onAction={(key) => { const macro = macros.find((one) => one.id === Number(key)); if (macro) onPick(macro); }}>
            {(macro) => (
              <MenuItem id={macro.id} className="item" textValue={macro.title}>
                <span className="grow" style={{ display: "grid" }}><b className="b cut">{macro.title}</b><span className="small three cut">{preview(macro)}</span></span>
                <span className="tag box">{macro.language.toUpperCase()}</span>
              </MenuItem>
            )}
          </Menu>
        </Autocomplete>
      </Popover>
    </MenuTrigger>
  );
}
