/** The brand's colour made safe for white text. */

const FALLBACK = [10, 91, 102];
const LEAST_CONTRAST = 4.5;

function contrastWithWhite(rgb: number[]): number {
  const [r, g, b] = rgb.map((value) => {
    const share = value / 255;
    return share > 0.04045 ? ((share + 0.055) / 1.055) ** 2.4 : share / 12.92;
  }) as [number, number, number];
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
}

/** `colour` ("#rrggbb"), darkened just enough to carry white text at 4.5:1; petrol when it is not a colour. */
export function readable(colour: string): string {
  let rgb = /^#[\da-f]{6}$/i.test(colour) ? [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) : FALLBACK;
  while (contrastWithWhite(rgb) < LEAST_CONTRAST) rgb = rgb.map((value) => Math.floor(value * 0.96));
  return `rgb(${rgb})`;
}
