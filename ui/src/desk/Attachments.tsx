import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fileUrl } from "../api/client";
import type { Attachment } from "../api/types";
import { size } from "../i18n/format";
import { Icon } from "../parts/Icon";
import { canShow, PreviewDialog } from "./PreviewDialog";

export const fileIcon = (type: string) => (type.startsWith("image/") ? "file-image" : type === "application/pdf" ? "file-pdf" : type.startsWith("text/") ? "file-text" : "file") as "file";

export function Attachments({ files }: { files: readonly Attachment[] }) {
  const { t } = useTranslation();
  const [shown, show] = useState<Attachment | null>(null);
  if (files.length === 0) return null;
  return (
    <ul className="att" aria-label={t("msg.attachments")}>
      {files.map((file) => (
        <li key={file.id}>
          {file.content_type === "audio/wav" && <audio controls preload="none" src={fileUrl(file.id, true)} aria-label={file.filename} />}
          {canShow(file)
            ? <button type="button" onClick={() => show(file)}><Icon name={fileIcon(file.content_type)} /><b>{file.filename}</b> {size(file.size)}</button>
            : <a href={fileUrl(file.id)} download={file.filename}><Icon name={fileIcon(file.content_type)} /><b>{file.filename}</b> {size(file.size)}</a>}
        </li>
      ))}
      {shown && <PreviewDialog files={files.filter(canShow)} first={shown.id} onClose={() => show(null)} />}
    </ul>
  );
}
