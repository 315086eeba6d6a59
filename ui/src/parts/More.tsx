import { useEffect, useRef, type ReactNode } from "react";
import { Button } from "./Button";

/** The end of a list that goes on: it asks for more when it comes into sight, and is a button for whoever wants one. */
export function More({ isPending, onMore, children }: { isPending: boolean; onMore: () => void; children: ReactNode }) {
  const end = useRef<HTMLParagraphElement>(null);
  const ask = useRef(onMore);
  useEffect(() => { ask.current = isPending ? () => undefined : onMore; });
  useEffect(() => {
    const seen = new IntersectionObserver((entries) => { if (entries.some((one) => one.isIntersecting)) ask.current(); }, { rootMargin: "200px" });
    if (end.current) seen.observe(end.current);
    return () => seen.disconnect();
    // A page that leaves the end in sight asks for the next.
  }, [isPending]);
  return <p ref={end} className="row"><Button isPending={isPending} onPress={onMore}>{children}</Button></p>;
}
