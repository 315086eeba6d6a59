import { Button as Pressable, Dialog, DialogTrigger, Heading, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { takeHere, useDeskPhone } from "./desk";
import { DevicesForm } from "./DevicesForm";
import { useChosen, useSilent } from "./devices";
import "./phone.css";

/** How this desk's telephone stands, in a word and a drawing; behind it, its devices and a test. Nothing where no server has one. */
export function PhoneMark() {
  const { t } = useTranslation("phone");
  const { state } = useDeskPhone();
  const { here } = useChosen();
  const silent = useSilent();
  const shown = !here ? "beside" : silent && state === "ready" ? "silent" : state;
  if (shown === "off") return null;
  const amiss = ["elsewhere", "refused", "registering", "silent"].includes(shown);
  return (
    <DialogTrigger>
      <Pressable className={`btn quiet phone-mark${amiss ? " amiss" : ""}${shown === "up" || shown === "ringing" ? " busy" : ""}`} aria-label={t("mark", { state: t(`state.${shown}`) })}>
        <Icon name="phone" /><span className="says">{t(`state.${shown}`)}</span>
      </Pressable>
      <Popover className="pop phone-pop" placement="bottom end">
        <Dialog>
          <Heading slot="title">{t("title")}</Heading>
          <p className="two small">{t(`state_lead.${shown}`)}</p>
          {state === "elsewhere" && <Button look="main" small onPress={takeHere}>{t("take_here")}</Button>}
          <DevicesForm />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
