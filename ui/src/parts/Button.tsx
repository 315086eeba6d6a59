import { Button as Pressable, type ButtonProps } from "react-aria-components";
import "./button.css";

type Look = "plain" | "main" | "quiet" | "danger";
export interface Props extends Omit<ButtonProps, "className"> {
  look?: Look;
  small?: boolean;
  /** Only a drawing shows: then `aria-label` is needed. */
  iconOnly?: boolean;
  wide?: boolean;
  className?: string;
}

export function Button({ look = "plain", small, iconOnly, wide, className = "", ...rest }: Props) {
  const names = ["btn", look === "plain" ? "" : look, small ? "sm" : "", iconOnly ? "icon" : "", wide ? "wide" : "", className];
  return <Pressable {...rest} className={names.filter(Boolean).join(" ")} />;
}
