import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { SwitchInput } from "../parts/SwitchInput";

/** A conversation leaves the centre, with or without what colleagues wrote among themselves. */
export function ExportDialog({ contactId, onClose }: { contactId: number; onClose: () => void }) {
  const { t } = useTranslation("gather");
  const [notes, setNotes] = useState(false);
  const at = (form: string): string => `/api/v1/contacts/${contactId}/${form}${notes ? "?notes=true" : ""}`;
  return (
    <DialogBox title={t("export.title")} isOpen onClose={onClose}>
      <p className="small two">{t("export.lead")}</p>
      <SwitchInput label={t("export.notes")} value={notes} onChange={setNotes} />
      <div className="ends">
        <a className="btn" href={at("export")} download={`contact-${contactId}.json`} onClick={onClose}><Icon name="download-simple" />{t("export.json")}</a>
        <a className="btn main" href={at("print")} target="_blank" rel="noreferrer" onClick={onClose}><Icon name="printer" />{t("export.print")}</a>
      </div>
    </DialogBox>
  );
}
