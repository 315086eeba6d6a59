import { useTranslation } from "react-i18next";
import { Icon } from "../parts/Icon";
import { useSilent } from "./devices";

/** Why this browser has no microphone, and what to do about it; nothing when it has one. */
export function NoMicrophone() {
  const { t } = useTranslation("phone");
  const silent = useSilent();
  if (!silent) return null;
  return <p className="no-mic" role="alert"><Icon name="warning-circle" /><span><b>{t(`silent.${silent}`)}</b> {t(`silent.${silent}_do`)}</span></p>;
}
