/** What was found for a spreadsheet: a line for each target of each queue, with what the twin says of it. */
import type { Found } from "./queries";

// A cell that a spreadsheet would take for a formula is told that it is text.
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d/.test(text) ? `'${text}` : text;
  return /[";\n,]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const HEADS = ["queue", "target_ms", "today", "formulas_best", "within_budget", "twin_best", "net", "net_low", "net_high", "a_second_more", "cost", "agent_hours", "abandonment", "service_level", "twin_more", "twin_more_low", "twin_more_high"];

export function targetsCsv(found: Found, french: boolean): string {
  const told = (of: number | null | undefined): string => (of == null ? "" : french ? String(of).replace(".", ",") : String(of));
  const yes = (of: boolean): string => (of ? "1" : "0");
  const lines = found.queues.flatMap((queue) => queue.targets.map((one) => {
    const near = found.checked?.neighbours.find((of) => of.queue === queue.queue && of.wait_ms === one.wait_ms);
    return [
      queue.queue, String(one.wait_ms), yes(one.wait_ms === queue.target_today_ms), yes(one.wait_ms === queue.best_ms),
      found.plan ? yes(found.plan.targets_ms[queue.queue] === one.wait_ms) : "", found.checked ? yes(found.checked.best_ms[queue.queue] === one.wait_ms) : "",
      ...[one.net, one.net_low, one.net_high, one.a_second_more, one.cost, one.agent_hours, one.abandonment, one.service_level, near?.mean, near?.low, near?.high].map(told),
    ];
  }));
  return `\ufeff${[HEADS, ...lines].map((line) => line.map(cell).join(french ? ";" : ",")).join("\r\n")}\r\n`;
}
