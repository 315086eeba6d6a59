// A stand-in for the server while pages are drawn: the contract's routes over invented data, in memory. Never shipped.
// POST /mock/offer, /mock/say/{id}, /mock/type/{id}, /mock/cut, /mock/empty play what the world does.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { answers } from "./answers.mjs";
import { fill, people } from "./data.mjs";
import { stream, streams } from "./stream.mjs";

const PAGES = fileURLToPath(new URL("../../src/affluent/web/pages/", import.meta.url));
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".png": "image/png" };
const PORT = Number(process.env.PORT ?? 8977);
fill();

function page(path, response) {
  const file = join(PAGES, normalize(path));
  const found = file.startsWith(PAGES) && existsSync(file) && statSync(file).isFile() ? file : join(PAGES, "index.html");
  if (!existsSync(found)) return response.writeHead(404).end("build the pages first: npm run build");
  response.writeHead(200, { "Content-Type": TYPES[extname(found)] ?? "application/octet-stream" });
  createReadStream(found).pipe(response);
}
async function read(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}
const cookie = (request) => Number(/affluent_session=(\d+)/.exec(request.headers.cookie ?? "")?.[1] ?? 0);

createServer(async (request, response) => {
  const url = new URL(request.url, "http://mock");
  if (url.pathname === "/api/v1/stream") {
    if (stream.cut) return request.socket.destroy();
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(`event: hello\ndata: ${JSON.stringify({ now_ms: Date.now(), version: "mock" })}\n\n`);
    streams.add(response);
    return request.on("close", () => streams.delete(response));
  }
  if (!url.pathname.startsWith("/api/v1/") && !url.pathname.startsWith("/mock/")) return page(url.pathname, response);
  if (stream.cut && !url.pathname.startsWith("/mock/")) return request.socket.destroy();
  const raw = await read(request);
  const person = people.find((one) => one.id === cookie(request)) ?? null;
  const body = request.headers["content-type"]?.startsWith("application/json") && raw.length ? JSON.parse(raw) : {};
  const answer = answers({ method: request.method, path: url.pathname, search: url.searchParams, body, raw, person, french: (request.headers["accept-language"] ?? "fr").startsWith("fr") });
  const { status = 200, data = {}, headers = {}, bytes } = answer;
  if (bytes) return response.writeHead(status, headers).end(bytes);
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers }).end(status === 204 ? undefined : JSON.stringify(data));
}).listen(PORT, "127.0.0.1", () => console.log(`mock on http://127.0.0.1:${PORT}`));
setInterval(() => { for (const one of streams) one.write(": ping\n\n"); }, 15_000);
