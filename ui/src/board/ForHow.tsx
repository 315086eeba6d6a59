import { useTranslation } from "react-i18next";
import { serverNow } from "../api/clock";
import { ChoiceInput } from "../parts/ChoiceInput";

const MS = { m15: 900_000, m30: 1_800_000, h1: 3_600_000, h2: 7_200_000, h4: 14_400_000 } as const;
export type For = keyof typeof MS;
export const untilOf = (how: For): number => serverNow() + MS[how];

/** How long something holds: all that is temporary ends by itself. */
export function ForHow({ label, value, onChange }: { label: string; value: For; onChange: (how: For) => void }) {
  const { t } = useTranslation("board");
  const keys = Object.keys(MS) as For[];
  return <ChoiceInput label={label} choices={keys.map((key) => ({ key, name: t(`door.for.${key}`) }))} value={value} onChange={onChange} />;
}
