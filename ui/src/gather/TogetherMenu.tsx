import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button as Pressable, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { Conversation, List } from "../api/types";
import { useNarrow } from "../desk/useNarrow";
import { moment } from "../i18n/format";
import { useNow } from "../api/clock";
import { Icon } from "../parts/Icon";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { ExportDialog } from "./ExportDialog";
import { MergeDialog } from "./MergeDialog";
import { SplitDialog } from "./SplitDialog";
import type { Merge } from "./types";
import { refreshContacts, takeBack } from "./undo";

/** What else can be done with a conversation: bring together, split, take back, export. */
export function TogetherMenu({ conversation, onAsk }: { conversation: Conversation; onAsk: (what: "close" | "transfer" | "sleep" | "invite") => void }) {
  const { t } = useTranslation("gather");
  const { t: main } = useTranslation();
  const { t: beside } = useTranslation("together");
  const words = useTrouble();
  const now = useNow();
  const navigate = useNavigate();
  const [asked, ask] = useState<"merge" | "split" | "export" | null>(null);
  const [isOpen, setOpen] = useState(false);
  const { contact } = conversation;
  const can = contact.can as typeof contact.can & { reopen?: boolean; take_back?: boolean };
  const { data: merges = [] } = useQuery({
    queryKey: ["merges", contact.id], enabled: isOpen, staleTime: 0,
    queryFn: async () => (await api.get<List<Merge>>(`/contacts/${contact.id}/merges`)).items,
  });
  const open = (id: number): void => void navigate({ to: "/desk/$contactId", params: { contactId: String(id) } });
  const bySplit = can.reply && (contact.medium === "email" || contact.medium === "form");
  const narrow = useNarrow(760);
  const act = (key: string): void => {
    if (key === "close" || key === "transfer" || key === "sleep" || key === "invite") return onAsk(key);
    if (key === "merge" || key === "split" || key === "export") ask(key);
    else if (key === "reopen" || key === "untransfer") void takeBack(contact.id, key, open);
    else api.post(`/merges/${key}/undo`).then(() => { refreshContacts(); toast(t("parted")); }, (error: unknown) => toast(words(error), { tone: "wrong" }));
  };
  return (
    <>
      <MenuTrigger isOpen={isOpen} onOpenChange={setOpen}>
        <Pressable className="btn quiet sm icon" aria-label={t("more")}><Icon name="dots-three-vertical" /></Pressable>
        <Popover className="pop" placement="bottom end">
          <Menu className="menu" aria-label={t("more")} onAction={(key) => act(String(key))}>
            {narrow && can.close && <MenuItem id="close" className="item">{main("closing.act")}</MenuItem>}
            {narrow && can.transfer && <MenuItem id="transfer" className="item">{main("transfer.act")}</MenuItem>}
            {narrow && can.invite && <MenuItem id="invite" className="item">{beside("ask")}</MenuItem>}
            {narrow && can.sleep && <MenuItem id="sleep" className="item">{main("sleep.act")}</MenuItem>}
            {can.reopen && <MenuItem id="reopen" className="item">{t("reopen")}</MenuItem>}
            {can.take_back && <MenuItem id="untransfer" className="item">{t("take_back")}</MenuItem>}
            <MenuItem id="merge" className="item">{t("merge.act")}</MenuItem>
            {bySplit && <MenuItem id="split" className="item">{t("split.act")}</MenuItem>}
            <MenuItem id="export" className="item">{t("export.act")}</MenuItem>
            {merges.map((one) => (
              <MenuItem key={one.id} id={String(one.id)} className="item" textValue={one.name ?? ""}>
                <span className="grow cut">{t(`part_${one.kind}`, { name: one.name || one.from_id })}</span><span className="small three">{moment(one.at_ms, now)}</span>
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      {asked === "merge" && <MergeDialog conversation={conversation} onClose={() => ask(null)} />}
      {asked === "split" && <SplitDialog conversation={conversation} onClose={() => ask(null)} onDone={open} />}
      {asked === "export" && <ExportDialog contactId={contact.id} onClose={() => ask(null)} />}
    </>
  );
}
