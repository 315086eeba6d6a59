import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Autocomplete, Header, Input, ListBox, ListBoxItem, ListBoxSection, SearchField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { directoryQuery, skillsQuery } from "../api/queries";
import type { Conversation } from "../api/types";
import { customerName } from "../desk/customerName";
import { nameOf } from "../desk/names";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Mark } from "../parts/Mark";
import "../parts/menu.css";
import { ScrollingList } from "../parts/ScrollingList";
import { Skeleton } from "../parts/Skeleton";
import { SwitchInput } from "../parts/SwitchInput";
import { TextInput } from "../parts/TextInput";
import { Trouble } from "../parts/Trouble";
import { useSettled } from "../parts/useSettled";
import { useTogether } from "./acts";

/** Asks a colleague, or anyone of a team or with a skill, into the contact. */
export function InviteDialog({ conversation, me, onClose }: { conversation: Conversation; me: number; onClose: () => void }) {
  const { t } = useTranslation("together");
  const { t: main } = useTranslation();
  const { contact } = conversation;
  const { invite } = useTogether(contact.id);
  const [to, setTo] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [conference, setConference] = useState(false);
  const go = (): void => {
    const [kind, id] = (to ?? "").split(":");
    const whom = kind === "a" ? { agent_id: Number(id) } : kind === "t" ? { team_id: Number(id) } : { skill_id: Number(id) };
    invite.mutate({ ...whom, conference, note: note.trim() }, { onSuccess: onClose });
  };
  const out = new Set([me, ...(contact.together ?? []).map((one) => one.agent.id)]);
  return (
    <DialogBox title={t("title", { name: customerName(conversation.customer) })} isOpen onClose={onClose}>
      <Colleagues brandId={contact.brand.id} out={out} to={to} onChoose={setTo} />
      <TextInput label={t("note")} value={note} onChange={setNote} rows={2} hint={t("note_hint")} maxLength={2000} />
      <SwitchInput label={t("conference")} value={conference} onChange={setConference} />
      <p className="small two">{t("conference_hint")}</p>
      <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" isDisabled={!to} isPending={invite.isPending} onPress={go}>{t("send")}</Button></div>
    </DialogBox>
  );
}

function Colleagues({ brandId, out, to, onChoose }: { brandId: number; out: ReadonlySet<number>; to: string | null; onChoose: (to: string | null) => void }) {
  const { t } = useTranslation("together");
  const { t: main } = useTranslation();
  const [typed, type] = useState("");
  const words = useSettled(typed);
  const { data, error, refetch } = useQuery({ ...directoryQuery({ q: words, brand: brandId }), placeholderData: keepPreviousData });
  const { data: known = [] } = useQuery(skillsQuery);
  if (error && !data) return <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={5} />;
  // Who is not there is found by name, and shown so; else they would stand before the teams.
  const people = data.agents.filter((one) => !out.has(one.id) && (words !== "" || one.state !== "offline"));
  const skills = words.trim() === "" ? [] : known.filter((one) => one.name.toLocaleLowerCase().includes(words.trim().toLocaleLowerCase())).slice(0, 10);
  const teams = data.teams ?? [];
  return (
    <>
      {words === "" && people.every((one) => one.state === "offline") && <p className="two" role="status">{t("nobody_there")}</p>}
      <Autocomplete inputValue={typed} onInputChange={type}>
        <SearchField className="field" aria-label={t("find")} autoFocus><Input placeholder={t("find")} maxLength={100} /></SearchField>
        <ScrollingList label={t("who")}><ListBox escapeKeyBehavior="none" className="menu" aria-label={t("who")} selectionMode="single" selectedKeys={to ? [to] : []}
          onSelectionChange={(keys) => onChoose(keys === "all" ? null : String([...keys][0] ?? "") || null)} renderEmptyState={() => <p className="small three pad">{main("search.none")}</p>}>
          {people.length > 0 && <ListBoxSection>
            <Header className="head">{t("people")}</Header>
            {people.map((one) => (
              <ListBoxItem key={one.id} id={`a:${one.id}`} className="item" isDisabled={one.state === "offline"} textValue={one.name}><Mark state={one.state} /><span className="grow cut">{one.name}</span>
                <span className="small three">{[nameOf(one.team), main(`presence.${one.state}`)].filter(Boolean).join(" · ")}</span></ListBoxItem>
            ))}
          </ListBoxSection>}
          {teams.length > 0 && <ListBoxSection>
            <Header className="head">{t("teams")}</Header>
            {teams.map((one) => (
              <ListBoxItem key={one.id} id={`t:${one.id}`} className="item" isDisabled={one.ready === 0} textValue={one.name}><span className="grow cut">{one.name}</span>
                <span className="small three">{t("ready", { count: one.ready })}</span></ListBoxItem>
            ))}
          </ListBoxSection>}
          {skills.length > 0 && <ListBoxSection>
            <Header className="head">{t("skills")}</Header>
            {skills.map((one) => (
              <ListBoxItem key={one.id} id={`s:${one.id}`} className="item" textValue={one.name}><span className="grow cut">{one.name}</span><span className="small three">{t("anyone")}</span></ListBoxItem>
            ))}
          </ListBoxSection>}
        </ListBox></ScrollingList>
      </Autocomplete>
      {data.more && <p className="small three" role="status">{main("transfer.more")}</p>}
    </>
  );
}
