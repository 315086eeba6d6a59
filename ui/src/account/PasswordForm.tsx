import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError } from "../api/client";
import { Button } from "../parts/Button";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";

const EMPTY = { password_old: "", password_new: "" };

export function PasswordForm() {
  const { t } = useTranslation();
  const words = useTrouble();
  const [entry, setEntry] = useState(EMPTY);
  const save = useMutation({
    mutationFn: () => api.patch("/session", entry, { quiet401: true }),
    onSuccess: () => { setEntry(EMPTY); toast(t("account.password_changed")); },
  });
  const onNew = save.error instanceof ApiError && save.error.field === "password_new";
  return (
    <form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
      <TextInput label={t("account.password_old")} type="password" autoComplete="current-password" value={entry.password_old} isRequired
        onChange={(password_old) => setEntry({ ...entry, password_old })} wrong={save.error && !onNew ? words(save.error) : null} />
      <TextInput label={t("account.password_new")} type="password" autoComplete="new-password" value={entry.password_new} isRequired
        onChange={(password_new) => setEntry({ ...entry, password_new })} hint={t("start.password_hint", { count: 10 })} wrong={onNew ? words(save.error) : null} />
      <div className="acts"><Button type="submit" isPending={save.isPending} isDisabled={!entry.password_old || !entry.password_new}>{t("account.password_change")}</Button></div>
    </form>
  );
}
