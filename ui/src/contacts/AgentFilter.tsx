import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSettled } from "../parts/useSettled";
import { FilterMenu } from "./FilterMenu";
import { agentsQuery } from "./queries";

interface Props { value: readonly string[]; onChange: (value: string[]) => void }
const WHOLE = /^\d+$/;

/** Whose contacts: the server looks for the people, for there may be thousands. */
export function AgentFilter({ value, onChange }: Props) {
  const { t } = useTranslation("contacts");
  const [typed, type] = useState("");
  const settled = useSettled(typed);
  const { data } = useQuery(agentsQuery(settled, value.filter((one) => WHOLE.test(one))));
  const own = [{ key: "me", name: t("filter.me") }, { key: "none", name: t("filter.nobody") }];
  const people = (data?.items ?? []).map((one) => ({ key: String(one.id), name: one.name }));
  const choices = settled === "" ? [...own, ...people] : [...own.filter((one) => value.includes(one.key)), ...people];
  return <FilterMenu label={t("filter.agent")} value={value} onChange={onChange} choices={choices} seek={{ typed, type, more: data?.more ?? false }} />;
}
