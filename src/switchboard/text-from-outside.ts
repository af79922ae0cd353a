/** Text that callers and partner lines give: kept whole and shown as what it is; never obeyed, by a terminal or a browser either. */

/** Controls of terminals (Cc), line ends, and what turns the direction of text around, so that it reads as something else. */
const unseen = /[\p{Cc}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

/** CR LF is shown as ␍␊, the rest by its number; longer than `most` UTF-16 units: cut, with … as the last character. */
export function asText(text: string, most: number): string {
  const visible = text.toWellFormed().replace(unseen, picture)
  if (visible.length <= most) return visible
  return `${visible.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`
}
