import i18next from "i18next";
import { client, deskQuery } from "../api/queries";
import { customerName } from "../desk/customerName";
import { toast } from "../parts/toasts";

/** Says that an offer went back for a more urgent one: it would otherwise just be gone from the desk. */
export function sayPulledBack(contactId: number): void {
  // Told before the desk without it comes: its name is still known here.
  const offer = client.getQueryData(deskQuery.queryKey)?.offers.find((one) => one.id === contactId);
  if (offer) toast(i18next.t("pulled_back", { ns: "together", name: customerName(offer.customer) }));
}
