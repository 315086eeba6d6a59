import { useTranslation } from "react-i18next";
import { fileUrl } from "../api/client";
import type { Attachment } from "../api/types";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";

export function PreviewDialog({ file, onClose }: { file: Attachment; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <DialogBox title={file.filename} isOpen onClose={onClose} width="960px">
      {file.content_type.startsWith("image/")
        ? <img className="preview" src={fileUrl(file.id, true)} alt={file.filename} />
        : <iframe className="preview pdf" src={fileUrl(file.id, true)} title={file.filename} />}
      <div className="ends"><a className="btn" href={fileUrl(file.id)} download={file.filename}><Icon name="download-simple" />{t("msg.download")}</a></div>
    </DialogBox>
  );
}
