export const streams = new Set();
export const stream = { cut: false };
export function tell(name, data) {
  for (const one of streams) one.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}
