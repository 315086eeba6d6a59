import { useEffect, useState } from "react";

/** "9", "9h30", "0930" and "9:30" as "09:30"; null when it is no time of day. 24:00 is the end of the day. */
export function timeFrom(typed: string): string | null {
  const found = /^(\d{1,2})(?:\s*[h:.]?\s*(\d{2})?)$/i.exec(typed.trim());
  if (!found) return null;
  const hour = Number(found[1]), minute = Number(found[2] ?? 0);
  if (hour > 24 || minute > 59 || (hour === 24 && minute > 0)) return null;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

/** A time of day on 24 hours, typed any usual way; the browser's own field would follow the reader's system instead. */
export function TimeInput({ value, label, onChange }: { value: string; label: string; onChange: (time: string) => void }) {
  const [typed, type] = useState(value);
  useEffect(() => type(value), [value]);
  return (
    <input className="time" inputMode="numeric" maxLength={5} aria-label={label} value={typed} aria-invalid={timeFrom(typed) === null ? true : undefined}
      onChange={(event) => type(event.target.value)}
      onBlur={() => {
        const time = timeFrom(typed);
        type(time ?? value);
        if (time !== null && time !== value) onChange(time);
      }} />
  );
}
