/** Names of prompts as Asterisk media. `ticket:CZ261124C00042-7` is spelled, digit by digit and letter by letter. */
export function mediaOf(prompt: string): string[] {
  if (!prompt.startsWith('ticket:')) return [`sound:hotline/${prompt}`]
  return prompt
    .slice('ticket:'.length)
    .split('')
    .flatMap((sign) => {
      if (/^\d$/.test(sign)) return [`sound:hotline/digit-${sign}`]
      return /^[A-Za-z]$/.test(sign) ? [`sound:hotline/letter-${sign.toLowerCase()}`] : []
    })
}
