/** The words of a text worth checking: no address, no figure, no name in the middle of a sentence. */
export function wordsOf(text: string, names: ReadonlySet<string>): string[] {
  const bare = text.replace(/\S+@\S+|https?:\S+|www\.\S+|\S*\d\S*/gu, (found) => " ".repeat(found.length));
  const kept = new Set<string>();
  for (const match of bare.matchAll(/\p{L}[\p{L}\p{M}’'-]*/gu)) {
    const word = match[0].replaceAll("’", "'").replace(/['-]+$/u, "");
    if (word.length < 2 || names.has(word.toLowerCase())) continue;
    if (word === word.toUpperCase() && word.length < 6) continue;
    const before = bare.slice(0, match.index).trimEnd();
    const opens = before === "" || /[.!?…\n:«"]$/u.test(before) || bare.slice(before.length, match.index).includes("\n");
    if (!opens && /^\p{Lu}/u.test(word)) continue;
    kept.add(word);
  }
  return [...kept];
}
