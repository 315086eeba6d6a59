import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { meQuery, client } from "../api/queries";
import type { Customer, List } from "../api/types";
import { customerName } from "../desk/customerName";
import { percent } from "../i18n/format";
import { Button } from "../parts/Button";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import type { Evidence, LikelyCustomer } from "./types";
import { refreshContacts, toastWithUndo } from "./undo";

/** Customers who may be this one, with what speaks for it: a person decides. */
export function LikelySame({ customer }: { customer: Customer }) {
  const { t } = useTranslation("gather");
  const trouble = useTrouble();
  const [busy, setBusy] = useState<number | null>(null);
  const role = client.getQueryData(meQuery.queryKey)?.role;
  const { data = [] } = useQuery({
    queryKey: ["merges", "likely", customer.id], staleTime: 60_000,
    queryFn: async () => (await api.get<List<LikelyCustomer>>(`/customers/${customer.id}/likely`)).items,
  });
  if (data.length === 0 || !["administrator", "supervisor", "agent"].includes(role ?? "")) return null;
  const why = ({ code, params }: Evidence): string => t(`likely.${code}`, { ...params, share: percent(Number(params["share"] ?? 1)) });
  const merge = async (other: number): Promise<void> => {
    setBusy(other);
    try {
      const { merge_id } = await api.post<{ merge_id: number }>(`/customers/${customer.id}/merge`, { customer_id: other });
      refreshContacts();
      toastWithUndo(t("likely.done"), () => void api.post(`/merges/${merge_id}/undo`).then(refreshContacts));
    } catch (error) {
      toast(trouble(error), { tone: "wrong" });
    } finally {
      setBusy(null);
    }
  };
  return (
    <section className="blk likely" aria-label={t("likely.title")}>
      <h2>{t("likely.title")}</h2>
      <ul>
        {data.map((one) => (
          <li key={one.customer.id}>
            <p><b className="b">{customerName(one.customer)}</b> <span className="small two">{one.customer.addresses.map((address) => address.value).join(", ")}</span></p>
            <p className="small two">{one.evidence.map(why).join(" · ")}</p>
            <Button small isPending={busy === one.customer.id} onPress={() => void merge(one.customer.id)}>{t("likely.merge")}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
