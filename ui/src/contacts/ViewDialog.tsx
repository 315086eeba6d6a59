import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError } from "../api/client";
import { client, meQuery } from "../api/queries";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { DialogBox } from "../parts/DialogBox";
import { TextInput } from "../parts/TextInput";
import { useTrouble } from "../parts/Trouble";
import { keptColumns } from "./columns";
import { filtersOf, type ListSearch } from "./filters";
import { searchOf, type SavedView, type Shared } from "./views";

/** A view gets its name, and whom it is shared with. */
export function ViewDialog({ view, search, onClose }: { view: SavedView | null; search: ListSearch; onClose: () => void }) {
  const { t } = useTranslation("contacts");
  const { t: main } = useTranslation();
  const words = useTrouble();
  const navigate = useNavigate();
  const { data: me } = useSuspenseQuery(meQuery);
  const [name, setName] = useState(view?.name ?? "");
  const [shared, setShared] = useState<Shared>(view?.shared ?? "nobody");
  const [wrong, setWrong] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const supervises = me.role === "administrator" || me.role === "supervisor";
  const choices: Shared[] = ["nobody", ...(me.team ? ["team" as const] : []), ...(supervises ? ["everyone" as const] : [])];
  const go = async (): Promise<void> => {
    setBusy(true);
    try {
      if (view) await api.patch(`/views/${view.id}`, { name, shared });
      else {
        const made = await api.post<SavedView>("/views", { name, shared, filters: filtersOf(search), sort: search.sort ?? null, columns: keptColumns() });
        void navigate({ to: "/contacts", search: searchOf(made), replace: true });
      }
      await client.invalidateQueries({ queryKey: ["views"] });
      onClose();
    } catch (error) {
      setWrong(error);
    } finally {
      setBusy(false);
    }
  };
  const ofName = wrong instanceof ApiError && wrong.field === "name";
  return (
    <DialogBox title={view ? t("view.edit_title", { name: view.name }) : t("view.save")} isOpen onClose={onClose}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void go(); }}>
        <TextInput label={t("view.name")} value={name} onChange={setName} autoFocus isRequired maxLength={120} wrong={ofName ? words(wrong) : null} {...(view ? {} : { hint: t("view.keeps") })} />
        {choices.length > 1 && <ChoiceInput label={t("view.share")} value={shared} onChange={setShared} choices={choices.map((key) => ({ key, name: t(`view.share_${key}`) }))} />}
        {wrong !== null && !ofName && <p className="wrong" role="alert">{words(wrong)}</p>}
        <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" type="submit" isDisabled={!name.trim()} isPending={busy}>{main("common.save")}</Button></div>
      </form>
    </DialogBox>
  );
}
