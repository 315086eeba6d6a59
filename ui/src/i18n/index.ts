import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import adminEn from "../admin/catalogue/en.json";
import adminFr from "../admin/catalogue/fr.json";
import boardEn from "../board/words/en.json";
import boardFr from "../board/words/fr.json";
import callsEn from "../calls/words/en.json";
import callsFr from "../calls/words/fr.json";
import { speak } from "../api/client";
import type { Locale } from "../api/types";
import contactsEn from "../contacts/words/en.json";
import contactsFr from "../contacts/words/fr.json";
import explainEn from "../explain/words/en.json";
import explainFr from "../explain/words/fr.json";
import figuresEn from "../figures/words/en.json";
import figuresFr from "../figures/words/fr.json";
import gatherEn from "../gather/words/en.json";
import gatherFr from "../gather/words/fr.json";
import heldEn from "../held/words/en.json";
import heldFr from "../held/words/fr.json";
import menusEn from "../menus/words/en.json";
import menusFr from "../menus/words/fr.json";
import phoneEn from "../phone/words/en.json";
import phoneFr from "../phone/words/fr.json";
import problemsEn from "../problems/words/en.json";
import problemsFr from "../problems/words/fr.json";
import outboundEn from "../outbound/words/en.json";
import outboundFr from "../outbound/words/fr.json";
import recordingsEn from "../recordings/words/en.json";
import recordingsFr from "../recordings/words/fr.json";
import shareEn from "../share/words/en.json";
import shareFr from "../share/words/fr.json";
import togetherEn from "../together/words/en.json";
import togetherFr from "../together/words/fr.json";
import waitsEn from "../waits/words/en.json";
import waitsFr from "../waits/words/fr.json";
import targetEn from "../target/words/en.json";
import targetFr from "../target/words/fr.json";
import trialsEn from "../trials/words/en.json";
import trialsFr from "../trials/words/fr.json";
import scenarioEn from "../twin/editor/words/en.json";
import scenarioFr from "../twin/editor/words/fr.json";
import twinEn from "../twin/words/en.json";
import twinFr from "../twin/words/fr.json";
import policyEn from "../admin/policy/words/en.json";
import policyFr from "../admin/policy/words/fr.json";
import en from "./en.json";
import fr from "./fr.json";

export const LOCALES: readonly Locale[] = ["fr", "en"];
const KEPT = "affluent.locale";

function first(): Locale {
  const kept = localStorage.getItem(KEPT);
  if (kept === "fr" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("fr") ? "fr" : "en";
}
function apply(locale: string): void {
  document.documentElement.lang = locale;
  speak(locale);
}

void i18next.use(initReactI18next).init({
  lng: first(),
  fallbackLng: "en",
  defaultNS: "main",
  resources: {
    fr: {
      main: fr,
      admin: adminFr,
      board: boardFr,
      calls: callsFr,
      contacts: contactsFr,
      explain: explainFr,
      figures: figuresFr,
      gather: gatherFr,
      held: heldFr,
      menus: menusFr,
      phone: phoneFr,
      problems: problemsFr,
      outbound: outboundFr,
      recordings: recordingsFr,
      share: shareFr,
      together: togetherFr,
      trials: trialsFr,
      scenario: scenarioFr,
      twin: twinFr,
      waits: waitsFr,
      target: targetFr,
      policy: policyFr,
    },
    en: {
      main: en,
      admin: adminEn,
      board: boardEn,
      calls: callsEn,
      contacts: contactsEn,
      explain: explainEn,
      figures: figuresEn,
      gather: gatherEn,
      held: heldEn,
      menus: menusEn,
      phone: phoneEn,
      problems: problemsEn,
      outbound: outboundEn,
      recordings: recordingsEn,
      share: shareEn,
      together: togetherEn,
      trials: trialsEn,
      scenario: scenarioEn,
      twin: twinEn,
      waits: waitsEn,
      target: targetEn,
      policy: policyEn,
    },
  },
  interpolation: { escapeValue: false },
  initAsync: false,
});
apply(i18next.language);

/** Changes the language of the pages now and for the next visit on this browser. */
export function setLocale(locale: Locale): void {
  if (i18next.language === locale) return;
  localStorage.setItem(KEPT, locale);
  void i18next.changeLanguage(locale);
  apply(locale);
}
export const currentLocale = (): Locale => (i18next.language === "fr" ? "fr" : "en");
