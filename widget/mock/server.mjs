// Speaks the chat protocol from memory, so that the widget can be tried and checked without a centre.
// POST /mock {do, ...} plays the centre's side: what an agent says, a cut, a refusal, a lost acknowledgement.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { caller, colleague, playCall } from "./calls.mjs";

const PORT = Number(process.env.PORT || 8790);
const BUILT = new URL("../../src/affluent/web/pages/widget/", import.meta.url);
const HERE = new URL("./", import.meta.url);

const channel = {
  title: "Arvène, prestations santé",
  colour: "#6d2348",
  ask_name: true,
  ask_email: true,
  max_file_bytes: 200_000,
  open: true,
  brand: "Arvène",
};
const form = JSON.parse(await readFile(new URL("form.json", HERE), "utf8"));
const sessions = new Map();
const submitted = [];
const faults = { refuse: false, lose_acks: false, down: false };
let file_id = 0;

const send = (session, frame) => session.sockets.forEach((socket) => socket.send(JSON.stringify(frame)));
const last = () => [...sessions.values()].at(-1);

function add(session, from, text, more = {}) {
  const name = from === "agent" ? "Camille" : "";
  const message = { seq: session.messages.length + 1, key: null, from, name, at_ms: Date.now(), text, files: [], read: false, ...more };
  session.messages.push(message);
  send(session, { t: "message", message });
  return message;
}

function move(session, state, more = {}) {
  Object.assign(session, { state }, more);
  send(session, { t: "state", state, agent: session.agent, place: session.place });
}

function say(session, socket, { key, text, files }) {
  const known = session.messages.find((message) => message.key === key);
  if (!known && faults.refuse) {
    return socket.send(JSON.stringify({ t: "refused", key, code: "too_fast", message: "Trop de messages à la fois. Attendez une minute." }));
  }
  const message = known ?? add(session, "customer", text, { key, files: files.map((id) => session.files.get(id)) });
  if (!faults.lose_acks) socket.send(JSON.stringify({ t: "ack", key, seq: message.seq, at_ms: message.at_ms }));
  if (session.state !== "in_hand" && !known) move(session, "waiting", { place: { ahead: 2 }, agent: null });
}

function connect(socket, request) {
  if (request.url.startsWith("/call/v1/socket")) return caller(socket);
  if (request.url === "/mock/agent") return colleague(socket);
  const site = new URL(request.url, "http://mock").searchParams.get("site");
  if (site !== "demo") return socket.close(4404);
  if (faults.down) return socket.terminate();
  let session;
  socket.on("message", (data) => {
    const frame = JSON.parse(data);
    if (frame.t === "hello") {
      session = sessions.get(frame.token);
      if (frame.token && !session) return socket.close(4401);
      session ??= { token: randomUUID(), state: "new", agent: null, place: null, messages: [], sockets: new Set(), files: new Map(), heard: [] };
      sessions.set(session.token, session);
      session.sockets.add(socket);
      const messages = session.messages.filter(({ seq }) => seq > frame.since);
      const { token, state, agent, place } = session;
      socket.send(JSON.stringify({ t: "welcome", token, state, messages, agent, channel, place }));
    } else if (frame.t === "say") say(session, socket, frame);
    else if (frame.t === "leave") move(session, "closed", { agent: null, place: null });
    else if (frame.t === "ping") socket.send('{"t":"pong"}');
    session.heard.push(frame);
  });
  socket.on("close", () => session?.sockets.delete(socket));
}

/** What the centre does next, told by a check. */
function play({ do: what, ...more }) {
  const session = last();
  if (what === "faults") Object.assign(faults, more);
  else if (what === "channel") Object.assign(channel, more);
  else if (what === "accept") move(session, "in_hand", { agent: { name: "Camille" }, place: null });
  else if (what === "state") move(session, more.state, more);
  else if (what === "agent" || what === "system") add(session, what, more.text, more.files ? { files: more.files } : {});
  else if (what === "frame") send(session, more.frame);
  else if (what === "cut") session.sockets.forEach((socket) => socket.terminate());
  else if (what === "forget") {
    sessions.clear();
    session.sockets.forEach((socket) => socket.close(4401));
  }
  return { sessions: sessions.size, messages: session?.messages ?? [], heard: session?.heard ?? [], submitted };
}

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://mock");
  const json = (status, body) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (pathname === "/mock") return json(200, playCall(JSON.parse(body)) ?? play(JSON.parse(body)));
  if (pathname === "/chat/v1/files") {
    const session = sessions.get(request.headers["x-chat-token"]);
    if (!session) return json(401, { error: { code: "token", message: "Session inconnue." } });
    const filename = /filename="([^"]*)"/.exec(body.toString("latin1"))[1];
    const file = { id: ++file_id, filename: Buffer.from(filename, "latin1").toString(), content_type: "application/pdf", size: body.length, url: `/chat/v1/files/${file_id}` };
    session.files.set(file.id, file);
    return json(200, file);
  }
  if (pathname === "/form/v1/demo" && request.method === "GET") return json(200, form[searchParams.get("lang")]);
  if (pathname === "/form/v1/demo") {
    if (body.includes("refus@")) return json(422, { error: { code: "address", message: "Cette adresse est refusée.", field: "values.email" } });
    submitted.push(body.toString());
    return json(200, { thanks: "Merci, votre demande est arrivée. Réponse sous un jour ouvré.", reference: "A-2041" });
  }
  const folder = pathname.startsWith("/widget/") ? BUILT : HERE;
  const name = pathname === "/" ? "site.html" : pathname.split("/").pop();
  try {
    const file = await readFile(new URL(name, folder));
    const type = name.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
    response.writeHead(200, { "content-type": type }).end(file);
  } catch {
    response.writeHead(404).end();
  }
}

const server = createServer(answer);
new WebSocketServer({ server }).on("connection", connect);
server.listen(PORT, () => console.log(`http://localhost:${PORT}/`));
