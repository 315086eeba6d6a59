import { useEffect, useRef, type RefObject } from "react";

interface Props { stream: MediaStream; label: string; kind: "main" | "corner" | "face"; onAspect?: (aspect: number) => void; keep?: RefObject<HTMLVideoElement | null> }

/** A moving picture of one side. Its voice comes with the call, not here. */
export function Picture({ stream, label, kind, onAspect, keep }: Props) {
  const own = useRef<HTMLVideoElement>(null);
  const element = keep ?? own;
  useEffect(() => {
    const video = element.current;
    if (!video || video.srcObject === stream) return;
    video.srcObject = stream;
    void video.play().catch(() => undefined);
  }, [stream, element]);
  const measure = (): void => {
    const video = element.current;
    if (video?.videoHeight) onAspect?.(video.videoWidth / video.videoHeight);
  };
  return <video ref={element} className={kind} autoPlay playsInline muted aria-label={label} onLoadedMetadata={measure} onResize={measure} />;
}
