import "i18next";
import type admin from "../admin/catalogue/fr.json";
import type contacts from "../contacts/words/fr.json";
import type board from "../board/words/fr.json";
import type calls from "../calls/words/fr.json";
import type explain from "../explain/words/fr.json";
import type figures from "../figures/words/fr.json";
import type gather from "../gather/words/fr.json";
import type held from "../held/words/fr.json";
import type menus from "../menus/words/fr.json";
import type phone from "../phone/words/en.json";
import type problems from "../problems/words/fr.json";
import type outbound from "../outbound/words/fr.json";
import type recordings from "../recordings/words/fr.json";
import type share from "../share/words/fr.json";
import type together from "../together/words/fr.json";
import type trials from "../trials/words/fr.json";
import type scenario from "../twin/editor/words/fr.json";
import type twin from "../twin/words/fr.json";
import type target from "../target/words/fr.json";
import type waits from "../waits/words/fr.json";
import type policy from "../admin/policy/words/fr.json";
import type main from "./fr.json";

/** Keys are typed from the French catalogue; the lint checks that the English one has the same. */
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "main";
    resources: {
      main: typeof main;
      admin: typeof admin;
      board: typeof board;
      calls: typeof calls;
      contacts: typeof contacts;
      explain: typeof explain;
      figures: typeof figures;
      gather: typeof gather;
      held: typeof held;
      menus: typeof menus;
      phone: typeof phone;
      problems: typeof problems;
      outbound: typeof outbound;
      recordings: typeof recordings;
      share: typeof share;
      together: typeof together;
      trials: typeof trials;
      scenario: typeof scenario;
      twin: typeof twin;
      waits: typeof waits;
      target: typeof target;
      policy: typeof policy;
    };
  }
}
