import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button as Pressable, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { client, contactQuery, directoryQuery } from "../api/queries";
import type { Conversation } from "../api/types";
import "../parts/menu.css";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";

/** Takes by hand what goes first of a queue, without waiting for an offer: where its settings allow it. */
export function TakeNext() {
  const { t } = useTranslation("together");
  const { t: main } = useTranslation();
  const navigate = useNavigate();
  const words = useTrouble();
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery({ ...directoryQuery({ q: "" }), enabled: isOpen, staleTime: 0 });
  const take = useMutation({
    mutationFn: (queue: number) => api.post<Conversation>(`/queues/${queue}/take-next`),
    onSuccess: (one) => {
      client.setQueryData(contactQuery(one.contact.id).queryKey, one);
      void client.invalidateQueries({ queryKey: ["desk"] });
      void navigate({ to: "/desk/$contactId", params: { contactId: String(one.contact.id) } });
    },
    onError: (error) => toast(words(error), { tone: "wrong" }),
  });
  const queues = data?.queues.filter((one) => one.waiting > 0 && one.by_hand !== false) ?? [];
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Pressable className="btn quiet sm" isPending={take.isPending}>{t("take_next")}</Pressable>
      <Popover className="pop" placement="top end">
        <Menu className="menu" aria-label={t("take_next_of")} onAction={(key) => take.mutate(Number(key))} renderEmptyState={() => <p className="small three pad">{data ? t("take_none") : main("common.loading")}</p>}>
          {queues.map((one) => (
            <MenuItem key={one.id} id={one.id} className="item" textValue={one.name}><span className="grow cut">{one.name}</span><span className="small three">{main("transfer.waiting", { count: one.waiting })}</span></MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
