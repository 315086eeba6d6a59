/** A spelling dictionary in Hunspell's format, kept folded: a word is checked by taking its endings off, so that the
 * 84 000 French entries take some tens of megabytes and load in well under a second; unfolding them takes 600. */
interface Affix { flag: string; strip: string; add: string; when: RegExp | null; cross: boolean; then: string[] }

export class Dictionary {
  private readonly words = new Map<string, string>();
  private readonly endings = new Map<string, Affix[]>();
  private readonly beginnings = new Map<string, Affix[]>();
  private readonly swaps: [string, string][] = [];
  private readonly kinds: { long: boolean; forbidden: string };
  private letters = "esianrtolcdugmphbyfvkwz";
  private longestEnding = 0;
  private longestBeginning = 0;

  constructor(rules: string, entries: string) {
    this.kinds = { long: /^FLAG long/m.test(rules), forbidden: /^FORBIDDENWORD (\S+)/m.exec(rules)?.[1] ?? "" };
    this.readRules(rules);
    this.readEntries(entries);
  }

  private flags(text: string): string[] {
    return this.kinds.long ? (text.match(/../gsu) ?? []) : [...text];
  }
  private readRules(rules: string): void {
    const cross = new Map<string, boolean>();
    for (const line of rules.split("\n")) {
      const [kind, flag, a, b, c] = line.trim().split(/\s+/);
      if (kind === "TRY" && flag) this.letters = [...new Set(flag.toLowerCase())].filter((one) => /\p{L}/u.test(one)).join("");
      if (kind === "REP" && flag && a) this.swaps.push([flag.replace(/^\^|\$$/g, ""), a.replaceAll("_", " ")]);
      if ((kind !== "SFX" && kind !== "PFX") || !flag || !a || b === undefined) continue;
      if (c === undefined) {
        cross.set(kind + flag, a === "Y");
        continue;
      }
      const [add = "", then = ""] = b.split("/");
      const affix: Affix = {
        flag, strip: a === "0" ? "" : a, add: add === "0" ? "" : add, cross: cross.get(kind + flag) ?? false, then: this.flags(then),
        when: c === "." ? null : new RegExp(kind === "SFX" ? `${c}$` : `^${c}`, "u"),
      };
      const shelf = kind === "SFX" ? this.endings : this.beginnings;
      const list = shelf.get(affix.add);
      if (list) list.push(affix);
      else shelf.set(affix.add, [affix]);
      if (kind === "SFX") this.longestEnding = Math.max(this.longestEnding, affix.add.length);
      else this.longestBeginning = Math.max(this.longestBeginning, affix.add.length);
    }
  }
  private readEntries(entries: string): void {
    let from = entries.indexOf("\n") + 1;
    while (from > 0 && from < entries.length) {
      let to = entries.indexOf("\n", from);
      if (to < 0) to = entries.length;
      const line = entries.slice(from, to).split(/[\t\r ]/, 1)[0] ?? "";
      from = to + 1;
      if (!line) continue;
      const slash = line.indexOf("/", 1);
      const word = slash < 0 ? line : line.slice(0, slash);
      const flags = slash < 0 ? "" : line.slice(slash + 1);
      const known = this.words.get(word);
      // Two entries of one spelling (a noun and a verb): a bar keeps their flags apart from each other's halves.
      this.words.set(word, known === undefined ? flags : `${known}|${flags}`);
    }
  }
  private carries(word: string, flag: string): boolean {
    const all = this.words.get(word);
    return all !== undefined && all.split("|").some((one) => this.flags(one).includes(flag));
  }
  private plain(word: string): boolean {
    return this.words.has(word) && !(this.kinds.forbidden && this.carries(word, this.kinds.forbidden));
  }
  /** Whether `word`, as written, is an entry or one with an ending; `beginning` is a prefix already taken off. */
  private ended(word: string, beginning: Affix | null): boolean {
    if (beginning ? this.carries(word, beginning.flag) : this.plain(word)) return true;
    for (let cut = Math.max(0, word.length - this.longestEnding); cut <= word.length; cut += 1) {
      for (const affix of this.endings.get(word.slice(cut)) ?? []) {
        if (beginning && !affix.cross) continue;
        const stem = word.slice(0, cut) + affix.strip;
        if ((affix.when && !affix.when.test(stem)) || !this.carries(stem, affix.flag)) continue;
        if (!beginning || this.carries(stem, beginning.flag) || affix.then.includes(beginning.flag)) return true;
      }
    }
    return false;
  }
  private known(word: string): boolean {
    if (this.ended(word, null)) return true;
    for (let cut = 0; cut <= Math.min(this.longestBeginning, word.length); cut += 1) {
      for (const affix of this.beginnings.get(word.slice(0, cut)) ?? []) {
        const stem = affix.strip + word.slice(cut);
        if ((!affix.when || affix.when.test(stem)) && this.ended(stem, affix)) return true;
      }
    }
    return false;
  }
  /** Whether the word is right, in small letters too, and part by part around hyphens. */
  correct(word: string): boolean {
    if (this.known(word)) return true;
    const small = word.toLowerCase();
    if (small !== word && (this.known(small) || this.known(small.charAt(0).toUpperCase() + small.slice(1)))) return true;
    const elided = /^([ldjmntscLDJMNTSC]|qu|Qu)'(.{2,})$/u.exec(word);
    if (elided?.[2] && this.known(elided[2])) return true;
    if (/[a-z]'s$/.test(small) && this.known(small.slice(0, -2))) return true;
    const parts = word.split("-").filter(Boolean);
    return parts.length > 1 && parts.every((part) => part.length === 1 || this.correct(part));
  }
  /** At most five right words near `word`, the likeliest first. */
  suggest(word: string): string[] {
    const found = new Set<string>();
    const capital = word.charAt(0) !== word.charAt(0).toLowerCase();
    const small = word.toLowerCase();
    const keep = (candidate: string): void => {
      if (found.size < 40 && candidate && candidate.split(" ").every((part) => this.known(part))) found.add(capital ? candidate.charAt(0).toUpperCase() + candidate.slice(1) : candidate);
    };
    for (const [from, to] of this.swaps) for (let at = small.indexOf(from); at >= 0; at = small.indexOf(from, at + 1)) keep(small.slice(0, at) + to + small.slice(at + from.length));
    for (let i = 0; i < small.length - 1; i += 1) keep(small.slice(0, i) + small.charAt(i + 1) + small.charAt(i) + small.slice(i + 2));
    for (let i = 0; i < small.length; i += 1) keep(small.slice(0, i) + small.slice(i + 1));
    for (let i = 1; i <= small.length; i += 1) for (const letter of this.letters) keep(small.slice(0, i) + letter + small.slice(i));
    for (let i = 0; i < small.length; i += 1) for (const letter of this.letters) keep(small.slice(0, i) + letter + small.slice(i + 1));
    // A missing accent or cedilla is the likeliest slip.
    const bare = (one: string): string => one.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const far = (one: string): number => (bare(one) === bare(word) ? 0 : 1);
    return [...found].sort((a, b) => far(a) - far(b)).slice(0, 5);
  }
}
