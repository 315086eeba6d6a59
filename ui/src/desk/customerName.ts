import i18next from "i18next";

/** What to call a customer: a visitor of a chat who gave no name has a number. */
export function customerName(customer: { id: number; name: string }): string {
  return customer.name || i18next.t("customer.unnamed", { id: customer.id });
}
