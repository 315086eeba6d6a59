import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../api/types";
import { Button } from "../parts/Button";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { saveMe } from "../shell/saveMe";

export function NameForm({ me }: { me: Me }) {
  const { t } = useTranslation();
  const words = useTrouble();
  const [name, setName] = useState(me.name);
  const save = useMutation({ mutationFn: () => saveMe({ name: name.trim() }), onSuccess: () => toast(t("common.saved")) });
  return (
    <form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
      <TextInput label={t("start.name")} value={name} onChange={setName} autoComplete="name" isRequired hint={t("account.name_hint")} wrong={save.error ? words(save.error) : null} />
      <div className="acts"><Button type="submit" isDisabled={!name.trim() || name.trim() === me.name} isPending={save.isPending}>{t("common.save")}</Button></div>
    </form>
  );
}
