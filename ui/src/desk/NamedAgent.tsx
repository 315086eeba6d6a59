import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { directoryQuery } from "../api/queries";
import type { Named } from "../api/types";
import { Icon } from "../parts/Icon";
import "../parts/menu.css";
import { useSettled } from "../parts/useSettled";

interface Props { value: Named | null; brandId: number; onChange: (agent: Named | null) => void; wrong: string | null }

/** Who looks after a customer: the server looks for what is typed; nothing typed is nobody. */
export function NamedAgent({ value, brandId, onChange, wrong }: Props) {
  const { t } = useTranslation();
  const [typed, type] = useState<string | null>(null);
  const settled = useSettled(typed ?? "");
  const { data } = useQuery({ ...directoryQuery({ q: settled, brand: brandId }), enabled: typed !== null, placeholderData: keepPreviousData });
  const settle = (): void => { if (typed?.trim() === "") onChange(null); type(null); };
  return (
    <ComboBox className="field" isInvalid={wrong !== null} allowsEmptyCollection menuTrigger="focus" items={data?.agents ?? []} inputValue={typed ?? value?.name ?? ""} onInputChange={type} onBlur={settle}
      onSelectionChange={(key) => { const found = data?.agents.find((one) => one.id === key); if (found) { onChange({ id: found.id, name: found.name }); type(null); } }}>
      <Label>{t("card.named")}</Label>
      <span className="seeker"><Input placeholder={t("card.named_none")} /><Button aria-label={t("card.named_choose")}><Icon name="caret-down" /></Button></span>
      {wrong && <span className="wrong">{wrong}</span>}
      <Popover className="pop">
        <ListBox className="menu" renderEmptyState={() => <p className="small three pad">{t("card.named_unknown")}</p>}>
          {(one: { id: number; name: string }) => <ListBoxItem className="item" id={one.id} textValue={one.name}><span className="grow cut">{one.name}</span></ListBoxItem>}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
