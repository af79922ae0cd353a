/**
 * Names of prompts as Asterisk media. `ticket:CZ261124C00042-7` is spelled by what people say of it, the serial of the day
 * and the check digit; the whole number goes along in the SIP header, and spelling it takes eleven seconds.
 */
export function mediaOf(prompt: string): string[] {
  if (!prompt.startsWith('ticket:')) return [`sound:hotline/${prompt}`]
  const spoken = prompt.slice(-7).replace('-', '')
  return spoken.split('').map((digit) => `sound:hotline/digit-${digit}`)
}
