import { ICONS, type IconName } from "./icons";

const inner = (svg: string): string => svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"));

/** A drawing beside words: hidden from screen readers, which get the words. */
export function Icon({ name, className = "" }: { name: IconName; className?: string }) {
  return <svg className={`i ${className}`} viewBox="0 0 256 256" aria-hidden="true" dangerouslySetInnerHTML={{ __html: inner(ICONS[name]) }} />;
}
