import { useTranslation } from "react-i18next";
import type { Delivery } from "../api/types";
import { Icon } from "../parts/Icon";
import type { IconName } from "../parts/icons";

const ICON: Record<Delivery, IconName> = { pending: "clock", sent: "check", delivered: "checks", read: "eye", failed: "warning-circle", unconfirmed: "warning" };

export function DeliveryMark({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  return <span className={`tag delivery ${delivery}`}><Icon name={ICON[delivery]} />{t(`delivery.${delivery}`)}</span>;
}
