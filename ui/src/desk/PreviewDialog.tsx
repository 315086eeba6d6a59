import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { fileUrl } from "../api/client";
import type { Attachment } from "../api/types";
import { size } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";

const PICTURE = /^image\/(png|jpe?g|gif|webp|avif|bmp)$/;
const TEXT = /^(text\/(plain|csv|x-log|markdown|calendar|html)|application\/json|message\/rfc822)/;
/** More than this is read in an editor, not here. */
const TEXT_CHARS_MAX = 200_000;
export const canShow = ({ content_type }: Attachment): boolean => PICTURE.test(content_type) || content_type === "application/pdf" || TEXT.test(content_type);

/** A text file as text, whatever it holds: never as a page. */
function TextFile({ file }: { file: Attachment }) {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ["file", file.id], staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const answer = await fetch(fileUrl(file.id), { credentials: "same-origin", signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const bytes = await answer.arrayBuffer();
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        return new TextDecoder("windows-1252").decode(bytes);
      }
    },
  });
  if (error) return <Trouble title={t("msg.preview_trouble")} error={error} />;
  if (data === undefined) return <Skeleton lines={6} />;
  return (
    <>
      <pre className="preview text" tabIndex={0} aria-label={file.filename}>{data.slice(0, TEXT_CHARS_MAX)}</pre>
      {data.length > TEXT_CHARS_MAX && <p className="small two">{t("msg.preview_cut")}</p>}
    </>
  );
}

interface Props { files: readonly Attachment[]; first: number; onClose: () => void }

/** The files of a message one after the other: arrows walk, Escape closes. */
export function PreviewDialog({ files, first, onClose }: Props) {
  const { t } = useTranslation();
  const [at, setAt] = useState(Math.max(0, files.findIndex((file) => file.id === first)));
  const file = files[at];
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (step) setAt((now) => Math.min(files.length - 1, Math.max(0, now + step)));
    };
    // Before the dialog has it: what floats keeps its keys to itself.
    window.addEventListener("keydown", press, true);
    return () => window.removeEventListener("keydown", press, true);
  }, [files.length]);
  if (!file) return null;
  return (
    <DialogBox title={file.filename} isOpen onClose={onClose} width="960px">
      {PICTURE.test(file.content_type) ? <img className="preview" src={fileUrl(file.id, true)} alt={file.filename} />
        : file.content_type === "application/pdf" ? <iframe className="preview pdf" src={fileUrl(file.id, true)} title={file.filename} />
        : <TextFile key={file.id} file={file} />}
      <div className="ends between">
        {files.length > 1 && (
          <span className="row">
            <Button iconOnly look="quiet" isDisabled={at === 0} aria-label={t("msg.previous_file")} onPress={() => setAt(at - 1)}><Icon name="arrow-left" /></Button>
            <span className="small two" role="status">{t("msg.file_of", { at: at + 1, count: files.length })}</span>
            <Button iconOnly look="quiet" isDisabled={at === files.length - 1} aria-label={t("msg.next_file")} onPress={() => setAt(at + 1)}><span className="flip"><Icon name="arrow-left" /></span></Button>
          </span>
        )}
        <span className="grow" />
        <span className="small three">{size(file.size)}</span>
        <a className="btn" href={fileUrl(file.id)} download={file.filename}><Icon name="download-simple" />{t("msg.download")}</a>
      </div>
    </DialogBox>
  );
}
