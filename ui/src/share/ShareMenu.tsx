import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { canShowScreen } from "../../../widget/src/sharing";
import type { Conversation } from "../api/types";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { usePair } from "./held";

const WAYS = [
  { key: "camera", what: "camera", shows: "both" },
  { key: "their_screen", what: "screen", shows: "you" },
  { key: "my_screen", what: "screen", shows: "me" },
  { key: "board", what: "board", shows: "both" },
] as const;

/** What an agent may propose to the customer beside talking: nothing begins before the customer says yes. */
export function ShareMenu({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("share");
  const { pair } = usePair(conversation.contact.id);
  const open = WAYS.filter((one) => pair?.offered.includes(one.what) && !pair.shared.has(one.what) && (one.key !== "my_screen" || canShowScreen()));
  if (!pair || open.length === 0) return null;
  return (
    <MenuTrigger>
      <Button small><Icon name="video-camera" />{t("menu")}<Icon name="caret-down" /></Button>
      <Popover className="pop" placement="bottom end">
        <Menu className="menu" aria-label={t("menu_label")} onAction={(key) => {
          const way = open.find((one) => one.key === key);
          if (way) void pair.ask(way.what, way.shows);
        }}>
          {open.map((one) => <MenuItem key={one.key} id={one.key} className="item">{t(`begin.${one.key}`)}</MenuItem>)}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
