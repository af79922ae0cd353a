/**
 * Puts a password into a database URL, in memory only. `pg` lets a connection string without a password override the
 * `password` given beside it (seen in 8.23: SASL "client password must be a string"), so the two must be one.
 */
export function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url
  const whole = new URL(url)
  whole.password = encodeURIComponent(password)
  return whole.href
}
