import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { api } from "../api/client";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { FieldInput } from "./fields/FieldInput";
import { nameOf, type Look } from "./look";
import type { Item } from "./model";
import type { Noun } from "./nouns";
import { keep } from "./queries";
import { UnsavedGuard } from "./UnsavedGuard";
import { useItem } from "./useItem";
import { useWords } from "./words";

/** The form of one item, with what can be tried or copied under it. */
export function Editing({ noun, look, item, mayChange }: { noun: Noun; look: Look; item: Item | null; mayChange: boolean }) {
  const { say } = useWords();
  const words = useTrouble();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const created = useRef(false);
  const one = useItem(noun, item, () => noun.blank(look), (kept) => {
    toast(say("common.saved"));
    created.current = item === null;
    if (item === null) void navigate({ to: "/admin/$noun/$id", params: { noun: noun.key, id: String(kept.id) } });
  });
  const archive = useMutation({
    mutationFn: async (archived: boolean) => {
      if (!item) return;
      if (archived) await api.delete(`/admin/${noun.key}/${item.id}`);
      else await api.patch(`/admin/${noun.key}/${item.id}`, { archived: false });
      keep(noun.key, { ...item, archived });
      toast(say(archived ? "common.archived_now" : "common.restored", { name: nameOf(item) }), archived ? { for_ms: 10_000, action: { name: say("common.undo"), run: () => archive.mutate(false) } } : {});
    },
    onError: (refusal) => toast(words(refusal), { tone: "wrong" }),
  });
  const failed = one.saving ? null : one.refused;
  useEffect(() => { form.current?.querySelector<HTMLElement>("[data-invalid] :is(input,select,textarea,button)")?.focus(); }, [one.saving]);
  const fields = noun.fields.filter((field) => field.when?.(one.draft) ?? true);
  const tryWarnings = one.tried?.warnings ?? [];
  const panels = (noun.panels ?? []).filter((panel) => (item !== null || panel.forNew) && (panel.when?.(one.draft) ?? true));
  return (
    <>
      <UnsavedGuard dirty={one.dirty} passing={created} />
      <header>
        <h2 className="cut">{item ? noun.called?.(item, say) ?? nameOf(item) : say(`${noun.key}.new`)}</h2>
        {item?.archived && <span className="tag box">{say("common.archived")}</span>}
        {item && mayChange && !noun.given && <Button look="quiet" small isDisabled={archive.isPending} onPress={() => archive.mutate(!item.archived)}>{say(item.archived ? "common.restore" : "common.archive")}</Button>}
      </header>
      {!one.dirty && item?.warnings && item.warnings.length > 0 && (
        <div className="warned" role="status"><ul>{item.warnings.map((warning) => <li key={warning.code + warning.message}><Icon name="warning" />{warning.message}</li>)}</ul></div>
      )}
      <form ref={form} noValidate onSubmit={(event) => { event.preventDefault(); if (mayChange && one.dirty) one.save(); }}>
        <fieldset className="all" disabled={!mayChange || one.saving}>
          {fields.map((field) => (
            <div key={field.path} className={field.half ? "half" : "full"}>
              <FieldInput field={field} saved={item !== null} noun={noun.key} draft={one.draft} change={one.change} look={look} wrong={one.wrong} />
            </div>
          ))}
        </fieldset>
        {failed !== null && failed !== undefined && <p className="refused" role="alert">{words(failed)}</p>}
        {mayChange && (
          <div className="ends">
            {noun.routed && one.dirty && <TextInput label={say("common.why")} value={one.reason} onChange={one.setReason} hint={say("common.why_hint")} autoComplete="off" />}
            {one.tried && <div className="tried" role="status">{tryWarnings.length === 0 ? <p>{say("common.tried_well")}</p> : <ul>{tryWarnings.map((warning) => <li key={warning.code + warning.message}><Icon name="warning" />{warning.message}</li>)}</ul>}</div>}
            <Button type="submit" look="main" isDisabled={(!one.dirty && item !== null) || one.saving} isPending={one.saving}>{say("common.save")}</Button>
            {noun.routed && one.dirty && <Button isDisabled={one.saving} onPress={one.tryOut}>{say("common.try")}</Button>}
            {one.dirty && item && <Button look="quiet" onPress={one.reset}>{say("common.reset")}</Button>}
            <span role="status" className="three small">{one.dirty && item ? say("common.unsaved") : ""}</span>
          </div>
        )}
      </form>
      {mayChange && panels.map(({ Panel }, at) => <Panel key={at} item={item ?? { ...one.draft, id: 0 }} draft={one.draft} dirty={one.dirty} look={look} />)}
    </>
  );
}
