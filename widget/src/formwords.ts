/** The form's own words; labels come from the administrator. */

const fr = {
  send: "Envoyer la demande",
  sending: "Envoi…",
  choose: "Choisir",
  optional: "(facultatif)",
  missing: "Ce champ est nécessaire.",
  tick: "Cochez cette case pour continuer.",
  wrong: "Cette adresse n’est pas complète.",
  failed: "La demande n’est pas partie. Votre texte est gardé\u00a0: essayez encore.",
  gone: "Ce formulaire n’est pas disponible.",
  reference: (reference: string) => `Référence\u00a0: ${reference}`,
};

const en: typeof fr = {
  send: "Send the request",
  sending: "Sending…",
  choose: "Choose",
  optional: "(optional)",
  missing: "This field is needed.",
  tick: "Tick this box to continue.",
  wrong: "This address is not complete.",
  failed: "The request was not sent. Your text is kept: try again.",
  gone: "This form is not available.",
  reference: (reference) => `Reference: ${reference}`,
};

export const formWords = (lang: string): typeof fr => (lang === "fr" ? fr : en);
