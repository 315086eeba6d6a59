import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { fileUrl } from "../api/client";
import type { Attachment } from "../api/types";
import { Button } from "../parts/Button";

/** Whether the layout shows this file in its place, so that it need not be listed below. */
export const shownIn = (html: string | null, file: Attachment): boolean => Boolean(html?.includes(`src="${fileUrl(file.id, true)}"`));

/** The mail as its sender laid it out: no script, nothing fetched from elsewhere until asked. The frame shares our
 * origin only so that its height can be read; scripts stay forbidden by the sandbox and by the policy. */
export function MailHtml({ html, hasRemoteImages }: { html: string; hasRemoteImages: boolean }) {
  const { t } = useTranslation();
  const [images, setImages] = useState(false);
  const [height, setHeight] = useState(120);
  const frame = useRef<HTMLIFrameElement>(null);
  const source = useMemo(() => {
    const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data: ${location.origin}${images ? " https: http:" : ""}; font-src 'none'`;
    const body = images ? html.replace(/\sdata-src=/gi, " src=") : html;
    return `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><base target="_blank"><style>html{color-scheme:light}body{margin:12px;background:#fff;color:#14201e;font:15px/1.5 sans-serif;overflow-wrap:anywhere}img{max-width:100%;height:auto}img:not([src]){display:inline-block;min-width:24px;min-height:16px;border:1px dashed #7d8a86}table{max-width:100%}</style>${body}`;
  }, [html, images]);
  const measure = (): void => {
    const inner = frame.current?.contentDocument;
    if (inner?.body) setHeight(Math.min(2400, inner.documentElement.scrollHeight + 2));
    inner?.querySelectorAll("img").forEach((image) => image.addEventListener("load", measure, { once: true }));
  };
  return (
    <div className="mail">
      {hasRemoteImages && !images && (
        <p className="small two row wrap">{t("msg.images_blocked")} <Button small onPress={() => setImages(true)}>{t("msg.images_show")}</Button></p>
      )}
      <iframe ref={frame} title={t("msg.as_sent")} srcDoc={source} sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" referrerPolicy="no-referrer" style={{ height }} onLoad={measure} />
    </div>
  );
}
