import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button, ComboBox, FieldError, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { api, query } from "../../api/client";
import { Icon } from "../../parts/Icon";
import "../../parts/menu.css";
import { useSettled } from "../../parts/useSettled";
import { nameOf } from "../look";
import { readAt, type Page } from "../model";
import { itemQuery } from "../queries";
import { useWords } from "../words";
import type { EditorProps } from "./field";

const SHOWN = 20;

/** One person of thousands: the server looks for what is typed. Once saved it stays. */
export function PersonInput({ path, noun, draft, change, wrong }: EditorProps) {
  const { say, maybe } = useWords();
  const id = Number(readAt(draft, path) ?? 0);
  const { data: person } = useQuery({ ...itemQuery("agents", String(id)), enabled: id > 0, staleTime: 60_000 });
  const [typed, type] = useState<string | null>(null);
  // Until the one chosen has been read: a name that comes late would open the list again.
  const [named, name] = useState("");
  const settled = useSettled(typed ?? "");
  const { data } = useQuery({
    queryKey: ["admin", "agents", "named", settled], enabled: typed !== null, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<Page>(`/admin/agents${query({ q: settled, limit: SHOWN })}`, { signal }),
  });
  // The one chosen stays among them: its name is what the field goes back to.
  const found = data?.items ?? [];
  const items = person && found.every((one) => one.id !== person.id) ? [...found, person] : found;
  const shown = person ? nameOf(person) : named;
  const refused = wrong(path), hint = maybe(`${noun}.${path}_hint`), isSaved = Number(draft["id"] ?? 0) > 0;
  return (
    <ComboBox className="field" isInvalid={refused !== null} isDisabled={isSaved} allowsEmptyCollection items={items} selectedKey={id > 0 ? id : null}
      inputValue={typed ?? shown} onInputChange={(text) => type(text === shown ? null : text)} onBlur={() => type(null)}
      onSelectionChange={(key) => { if (key !== null) { const one = items.find((item) => item.id === key); name(one ? nameOf(one) : ""); change(path, Number(key)); type(null); } }}>
      <Label>{say(`${noun}.${path}`)}</Label>
      <span className="seeker"><Input placeholder={say("common.seek_person")} /><Button aria-label={say("common.choose")}><Icon name="caret-down" /></Button></span>
      {hint && <span className="hint">{hint}</span>}
      <FieldError className="wrong">{refused}</FieldError>
      <Popover className="pop">
        <ListBox className="menu" renderEmptyState={() => <p className="small three pad">{say("common.none_such")}</p>}>
          {(one: Page["items"][number]) => (
            <ListBoxItem className="item" id={one.id} textValue={nameOf(one)}><span className="grow cut">{nameOf(one)}</span><span className="three small">{say(`role.${String(one["role"])}`)}</span></ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
