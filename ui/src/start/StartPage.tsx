import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError } from "../api/client";
import { client, meQuery } from "../api/queries";
import type { Me } from "../api/types";
import { currentLocale } from "../i18n";
import { Button } from "../parts/Button";
import { TextInput } from "../parts/TextInput";
import { useTrouble } from "../parts/Trouble";
import { Door } from "../signin/Door";

/** Shortest password accepted, the server's own limit. */
const LEAST = 10;

export function StartPage() {
  const { t } = useTranslation();
  const words = useTrouble();
  const navigate = useNavigate();
  const [who, setWho] = useState({ name: "", email: "", password: "" });
  useEffect(() => { document.title = `${t("start.title")} · Affluent`; }, [t]);
  const create = useMutation({
    mutationFn: () => api.post<Me>("/start", { ...who, email: who.email.trim(), locale: currentLocale() }),
    onSuccess: async (me) => {
      client.clear();
      client.setQueryData(meQuery.queryKey, me);
      await navigate({ to: "/admin/$noun", params: { noun: "brands" } });
    },
  });
  const wrong = (field: string): string | null =>
    create.error instanceof ApiError && create.error.field === field ? create.error.message : null;
  const elsewhere = create.error && !(create.error instanceof ApiError && create.error.field && create.error.field in who);
  const short = who.password.length > 0 && who.password.length < LEAST;
  return (
    <Door>
      <h1>{t("start.title")}</h1>
      <p className="lead">{t("start.lead")}</p>
      <form onSubmit={(event) => { event.preventDefault(); if (!short) create.mutate(); }}>
        <TextInput label={t("start.name")} autoComplete="name" value={who.name} onChange={(name) => setWho({ ...who, name })} isRequired autoFocus wrong={wrong("name")} />
        <TextInput label={t("signin.email")} type="email" autoComplete="username" value={who.email} onChange={(email) => setWho({ ...who, email })} isRequired wrong={wrong("email")} />
        <TextInput label={t("signin.password")} type="password" autoComplete="new-password" value={who.password} onChange={(password) => setWho({ ...who, password })}
          isRequired hint={t("start.password_hint", { count: LEAST })} wrong={wrong("password")} />
        {elsewhere && <p role="alert" className="wrong" style={{ color: "var(--late)" }}>{words(create.error)}</p>}
        <Button look="main" type="submit" wide isPending={create.isPending}>{t("start.create")}</Button>
      </form>
    </Door>
  );
}
