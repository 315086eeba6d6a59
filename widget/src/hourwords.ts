/** The words around an hour that is chosen. */

const fr = {
  when: "Quand devons-nous revenir vers vous\u202f?",
  soon: "Dès que possible",
  choose: "Choisir une heure",
  zone: (zone: string) => `Heures de votre fuseau\u00a0: ${zone}`,
  none: "Aucune heure n’est libre pour le moment.",
  about: "De quoi s’agit-il\u202f?",
  email: "Votre e-mail",
  name: "Votre nom (facultatif)",
  take: "Demander cette heure",
  taking: "Envoi…",
  back: "Revenir au tchat",
  missing: "Il manque quelque chose ici.",
  failed: "La demande n’est pas partie. Essayez encore.",
  made: (hour: string) => `C’est noté\u00a0: nous revenons vers vous ${hour}.`,
  change: "Changer l’heure ou annuler",
};

const en: typeof fr = {
  when: "When shall we come back to you?",
  soon: "As soon as possible",
  choose: "Choose an hour",
  zone: (zone) => `Hours in your time zone: ${zone}`,
  none: "No hour is free just now.",
  about: "What is it about?",
  email: "Your email",
  name: "Your name (optional)",
  take: "Ask for this hour",
  taking: "Sending…",
  back: "Back to the chat",
  missing: "Something is missing here.",
  failed: "It was not sent. Try again.",
  made: (hour) => `Noted: we come back to you ${hour}.`,
  change: "Change the hour or cancel",
};

export type HourWords = typeof fr;

export const hourWords = (lang: string): HourWords => (lang === "fr" ? fr : en);
