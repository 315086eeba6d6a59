// The centre's side of calls, from memory: it passes on what two browsers tell each other, and moves the call as a check says.
import { randomUUID } from "node:crypto";

const channel = { title: "Arvène, prestations santé", colour: "#6d2348", open: true, closed: null, problems: [], wait: "Attente habituelle : entre 1 et 3 min.", ask_name: true };
const calls = new Map();
const heard = [];
let agent = null;
let down = false;
let last = null;
let line = 0;

const send = (socket, frame) => socket?.readyState === 1 && socket.send(JSON.stringify(frame));
const standing = ({ state = "idle", agent = null, place = null, ending } = {}) => ({ state, agent, place, ...(ending && { ending }) });

/** Both browsers throw the old connection away and make a new one, of the next number. */
function bridge(call) {
  line++;
  send(call.socket, { t: "peer", peer: "agent", line, offer: true });
  send(agent, { t: "peer", peer: "caller", line, offer: false });
}

function move(call, change) {
  Object.assign(call, change);
  send(call.socket, { t: "state", ...standing(call) });
}

function over(call, ending) {
  calls.delete(call.token);
  move(call, { state: "over", ending });
  send(agent, { t: "peer_gone", peer: "caller" });
}

export function caller(socket) {
  let call = null;
  if (down) return socket.terminate();
  socket.on("message", (data) => {
    const frame = JSON.parse(data);
    heard.push(frame);
    if (frame.t === "hello") {
      call = calls.get(frame.token) || null;
      if (frame.token && !call) return socket.close(4401);
      if (call) call.socket = socket;
      send(socket, { t: "welcome", token: call?.token ?? null, channel, ice_servers: [], ...standing(call ?? undefined) });
      if (call?.state === "talking") bridge(call);
    } else if (frame.t === "call") {
      call = [...calls.values()].find(({ key }) => key === frame.key) ?? { key: frame.key, token: randomUUID() };
      last = call;
      call.socket = socket;
      calls.set(call.token, call);
      send(socket, { t: "called", token: call.token });
      move(call, { state: "waiting", place: { ahead: 1, wait: "Entre 1 et 3 min." } });
    } else if (frame.t === "signal") frame.line === line && send(agent, { ...frame, peer: "caller" });
    else if (frame.t === "hang_up" && call) over(call, "hung_up");
    else if (frame.t === "ping") send(socket, { t: "pong" });
  });
}

export function colleague(socket) {
  agent = socket;
  socket.on("message", (data) => {
    const frame = JSON.parse(data);
    if (frame.line === line) send(last?.socket, { ...frame, peer: "agent" });
  });
}

/** What the centre does next, told by a check; null when it is not about calls. */
export function playCall({ do: what, ...more }) {
  if (what === "call_channel") Object.assign(channel, more);
  else if (what === "call_talk") (move(last, { state: "talking", agent: { name: "Camille" }, place: null }), bridge(last));
  else if (what === "call_hold") {
    move(last, { state: "held" });
    send(last.socket, { t: "peer_gone", peer: "agent" });
    send(agent, { t: "peer_gone", peer: "caller" });
  } else if (what === "call_over") over(last, more.ending);
  else if (what === "call_cut") (last?.socket.terminate(), (down = !!more.down));
  else if (what !== "call_look") return null;
  return { up: calls.size, heard };
}
