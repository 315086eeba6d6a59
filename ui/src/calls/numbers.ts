/** A number in E.164 as people read it: in pairs for France, in groups of three elsewhere. Narrow spaces keep it on one line. */
export function readable(number: string): string {
  const space = "\u202f";
  const french = /^\+33([1-9])(\d{8})$/.exec(number);
  if (french) return `0${french[1]}${space}${(french[2] ?? "").replace(/(\d\d)(?=\d)/g, `$1${space}`)}`;
  return number.replace(/(\d{3})(?=\d)/g, `$1${space}`);
}
