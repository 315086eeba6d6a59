import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { client, meQuery, startQuery } from "../api/queries";
import type { Me } from "../api/types";
import { Button } from "../parts/Button";
import { TextInput } from "../parts/TextInput";
import { useTrouble } from "../parts/Trouble";
import { DemoAccounts } from "./DemoAccounts";
import { Door } from "./Door";

export function SignInPage() {
  const { t } = useTranslation();
  const words = useTrouble();
  const navigate = useNavigate();
  const { to } = useSearch({ from: "/signin" });
  const { data: facts } = useQuery(startQuery);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  useEffect(() => { document.title = `${t("signin.title")} · Affluent`; }, [t]);

  const enter = useMutation({
    mutationFn: (who: { email: string; password: string }) => api.post<Me>("/session", who, { quiet401: true }),
    onSuccess: async (me) => {
      client.clear();
      client.setQueryData(meQuery.queryKey, me);
      await navigate({ to: to ?? "/desk" });
    },
  });

  return (
    <Door below={facts?.demo && facts.demo_accounts && (
      <DemoAccounts accounts={facts.demo_accounts} busy={enter.isPending} onPick={(one) => enter.mutate({ email: one.email, password: one.password })} />
    )}>
      <h1>{t("signin.title")}</h1>
      <p className="lead">{to ? t("signin.again") : t("signin.lead")}</p>
      <form onSubmit={(event) => { event.preventDefault(); enter.mutate({ email: email.trim(), password }); }}>
        <TextInput label={t("signin.email")} type="email" autoComplete="username" value={email} onChange={setEmail} isRequired autoFocus />
        <TextInput label={t("signin.password")} type="password" autoComplete="current-password" value={password} onChange={setPassword} isRequired
          wrong={enter.error ? words(enter.error) : null} />
        <Button look="main" type="submit" wide isPending={enter.isPending}>{t("signin.enter")}</Button>
      </form>
    </Door>
  );
}
