/** The telephones of this desk, as one: which rings, which is up, and what was clicked before it rang. */
import { useSyncExternalStore } from "react";
import { api } from "../api/client";
import { chosenNow, onChosen } from "./devices";
import type { Line, Phone, PhoneState, SipAccount } from "./phone";
import { WebPhone } from "./web";

interface Served { web: boolean; sip: readonly SipAccount[] }
export interface DeskPhone { state: PhoneState; lines: readonly Line[] }

/** A call that the agent has said yes to is picked up by itself when it rings within this time. */
const EXPECTED_MS = 60_000;
const OFF: DeskPhone = { state: "off", lines: [] };
/** What is shown when several telephones are at work: the first that holds. */
const ORDER: readonly PhoneState[] = ["up", "ringing", "elsewhere", "ready", "registering", "refused", "off"];

let phones: Phone[] = [];
let now: DeskPhone = OFF;
const expected = new Map<number, number>();
const listeners = new Set<() => void>();

function changed(): void {
  const all = phones.map((phone) => phone.now());
  const lines = all.flatMap((one) => one.lines);
  const state = ORDER.find((wanted) => all.some((one) => one.state === wanted)) ?? "off";
  // Nobody is told of what did not change: quality comes each five seconds, frames by the dozen.
  if (state === now.state && JSON.stringify(lines) === JSON.stringify(now.lines)) return;
  now = { state, lines };
  for (const line of lines) {
    const said_ms = line.contact_id === null ? undefined : expected.get(line.contact_id);
    if (line.up || said_ms === undefined) continue;
    expected.delete(line.contact_id ?? 0);
    if (Date.now() - said_ms < EXPECTED_MS) void of(line)?.answer(line.id);
  }
  for (const listener of listeners) listener();
}

const of = (line: Line): Phone | undefined => phones.find((phone) => phone.now().lines.some((one) => one.id === line.id));

async function open(): Promise<void> {
  if (!chosenNow().here) return;
  const served = await api.get<Served>("/phone", { quiet401: true });
  const made: Phone[] = served.web ? [new WebPhone(changed)] : [];
  if (served.sip.length > 0) {
    const { SipPhone } = await import("./sip");
    made.push(...served.sip.map((account) => new SipPhone(account, changed)));
  }
  phones = made;
  for (const phone of phones) phone.start();
  changed();
}

/** Makes this page the agent's telephone, as far as they want it to be; gives back how to end that. */
export function openPhones(): () => void {
  let closed = false;
  let here = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  const shut = (): void => {
    for (const phone of phones) phone.stop();
    phones = [];
    changed();
  };
  const tryOpen = (): void => {
    if (closed || !here) return;
    open().then(
      () => (closed || !here) && shut(),
      () => (again = setTimeout(tryOpen, 10_000)),
    );
  };
  const look = (): void => {
    for (const phone of phones) void phone.devicesChanged();
    if (chosenNow().here === here) return;
    here = !here;
    clearTimeout(again);
    if (here) tryOpen();
    else shut();
  };
  const ignore = onChosen(look);
  look();
  return () => {
    closed = true;
    clearTimeout(again);
    ignore();
    shut();
  };
}

export const useDeskPhone = (): DeskPhone => useSyncExternalStore((listener) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}, () => now);

/** The line of a contact: its own, or the only one whose server cannot say which contact it is. */
export function lineOf(phone: DeskPhone, contactId: number): Line | undefined {
  const nameless = phone.lines.filter((line) => line.contact_id === null);
  return phone.lines.find((line) => line.contact_id === contactId) ?? (nameless.length === 1 ? nameless[0] : undefined);
}

/**
 * The agent says yes to a contact: its call is picked up, now or as soon as it rings here.
 * False when it rings here and there is no microphone to answer with.
 */
export async function answerCall(contactId: number): Promise<boolean> {
  const line = lineOf(now, contactId);
  if (line && !line.up) return (await of(line)?.answer(line.id)) ?? true;
  expected.set(contactId, Date.now());
  return true;
}
/** Picks up whatever rings here: a consultation, or a call whose contact is in hand already. */
export function answerRinging(): void {
  const line = now.lines.find((one) => !one.up);
  if (line) void of(line)?.answer(line.id);
}
export const hangUp = (line: Line): void => of(line)?.hangUp(line.id);
export const mute = (line: Line, on: boolean): void => of(line)?.mute(line.id, on);
export const unblock = (): void => { for (const phone of phones) phone.unblock(); };
export const takeHere = (): void => { for (const phone of phones) phone.takeHere(); };
