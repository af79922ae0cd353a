/**
 * Asterisk's configuration as text, without touching anything: templates filled in, and what is rendered from Postgres.
 * A value that could end its line, open a section or start a comment is refused, wherever it comes from.
 */
import { createHmac } from 'node:crypto'

export class UnsafeValueError extends Error {}

export type SeatRow = {
  readonly id: string
  readonly realm: string
  readonly digest_md5: string | null
  readonly digest_sha256: string | null
}
export type TrunkRow = { readonly name: string; readonly contact: string; readonly match_addresses: readonly string[] }
/** `contact` null: reached over its trunk, so it needs no endpoint of its own. */
export type LineRow = {
  readonly code: string
  readonly contact: string | null
  readonly match_addresses: readonly string[]
}
export type NumberRow = { readonly number: string }

/** Replaces each `{{name}}`. Throws when a name has no value, so that no Asterisk starts with half a configuration. */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new UnsafeValueError(`the template asks for {{${name}}}, which has no value`)
    return safe(name, value)
  })
}

function safe(name: string, value: string): string {
  // `;` starts a comment unless escaped; a line that begins with `[` or `#` is a section or an include.
  if (/[\p{Cc}\u2028\u2029]/u.test(value) || /^\s*[[#]/.test(value)) {
    throw new UnsafeValueError(`${name} has characters that Asterisk's configuration cannot carry`)
  }
  return value.replaceAll(/\\?;/g, '\\;')
}

/** Stricter than the database's own checks need: this text becomes configuration of a telephone exchange. */
function matching(name: string, value: string, pattern: RegExp): string {
  if (!pattern.test(value))
    throw new UnsafeValueError(`${name} "${value.slice(0, 60)}" cannot be written into Asterisk's configuration`)
  return safe(name, value)
}

const section = (name: string, template: string | null, entries: readonly (readonly [string, string])[]): string =>
  `[${name}]${template ? `(${template})` : ''}\n${entries.map(([key, value]) => `${key} = ${value}\n`).join('')}\n`

const word = /^[A-Za-z0-9-]{1,40}$/
const sipUri = /^sips?:[A-Za-z0-9.:@_+[\];=-]{1,200}$/
const network = /^[0-9a-fA-F.:]{2,45}(\/[0-9]{1,3})?$/

/** Who may call us and whom we may call: seats, trunks and partner lines as PJSIP objects. */
export function endpointsFile(rows: {
  seats: readonly SeatRow[]
  trunks: readonly TrunkRow[]
  lines: readonly LineRow[]
}): string {
  return [
    '; Rendered from Postgres by `cli render-asterisk`; a change here is lost.\n\n',
    ...rows.trunks.map((trunk) => outside({ ...trunk, kind: 'trunk', line: '' })),
    ...rows.lines.flatMap(({ code, contact, match_addresses }) =>
      contact === null
        ? []
        : [outside({ name: `partner-${code}`, contact, match_addresses, kind: 'partner', line: code })],
    ),
    ...rows.seats.map(seat),
  ].join('')
}

function outside(of: TrunkRow & { kind: 'trunk' | 'partner'; line: string }): string {
  const name = matching('name', of.name, word)
  const matches = of.match_addresses.map((address) => ['match', matching('address', address, network)] as const)
  return [
    section(name, 'any-trunk', [
      ['aors', name],
      ['set_var', `ENTRY_KIND=${of.kind}`],
      ['set_var', `ENTRY_LINE=${of.line === '' ? '' : matching('line', of.line, word)}`],
    ]),
    section(name, 'trunk-aor', [['contact', matching('contact', of.contact, sipUri)]]),
    matches.length === 0
      ? ''
      : section(`${name}-addresses`, null, [['type', 'identify'], ['endpoint', name], ...matches]),
  ].join('')
}

const hasPhone = (seat: SeatRow): boolean => seat.digest_md5 !== null || seat.digest_sha256 !== null

/** A seat without digests gets no endpoint: its phone cannot register. */
function seat(of: SeatRow): string {
  const digests = [
    ...(of.digest_md5 === null ? [] : [`MD5:${matching('MD5 digest', of.digest_md5, /^[0-9a-f]{32}$/)}`]),
    ...(of.digest_sha256 === null ? [] : [`SHA-256:${matching('SHA-256 digest', of.digest_sha256, /^[0-9a-f]{64}$/)}`]),
  ]
  if (!hasPhone(of)) return ''
  const id = matching('seat', of.id, word)
  const name = `seat-${id}`
  return [
    section(name, 'any-seat', [
      ['aors', name],
      ['auth', name],
    ]),
    section(name, 'seat-aor', []),
    section(name, 'seat-auth', [
      ['username', id],
      ['realm', matching('realm', of.realm, /^[A-Za-z0-9.-]{1,60}$/)],
      ...digests.map((digest) => ['password_digest', digest] as const),
      ['supported_algorithms_uas', digests.map((digest) => digest.slice(0, digest.indexOf(':'))).join(',')],
    ]),
  ].join('')
}

/**
 * Members of the safety net's queue: the seats that have a phone. Paused until the switchboard says that somebody is at work
 * there; a reload leaves what it said.
 */
export function membersFile(seats: readonly SeatRow[]): string {
  const members = seats
    .filter(hasPhone)
    .map(({ id }) => matching('seat', id, word))
    .map((id) => `member => PJSIP/seat-${id},0,${id},,no,,yes\n`)
  return `; Rendered from Postgres by \`cli render-asterisk\`; a change here is lost.\n${members.join('')}`
}

/** The only extensions that can be reached from outside. */
export function numbersFile(numbers: readonly NumberRow[]): string {
  const lines = numbers.map(({ number }) => {
    const digits = matching('number', number, /^[0-9]{3,20}$/)
    return `exten => ${digits},1,Set(DIALLED=${digits})\n same => n,Goto(arrival,s,1)\n`
  })
  return `; Rendered from Postgres by \`cli render-asterisk\`; a change here is lost.\n[our-numbers]\n${lines.join('')}`
}

/**
 * crypt(3) hash of an ARI password, method sha1crypt. Asterisk computes it anew for every request, and the password is
 * 256 random bits that nobody can guess however fast the hash: so few rounds (0.004 ms; sha512crypt takes 2 ms).
 */
export function ariPasswordHash(password: string, salt: string): string {
  const rounds = 4
  let digest = createHmac('sha1', password).update(`${salt}$sha1$${rounds}`).digest()
  for (let round = 1; round < rounds; round++) digest = createHmac('sha1', password).update(digest).digest()
  const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  // Seven groups of three bytes; the last is filled up with the first byte.
  const bytes = Buffer.concat([digest, digest.subarray(0, 1)])
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    let group = bytes.readUIntBE(at, 3)
    for (let sextet = 0; sextet < 4; sextet++, group >>= 6) text += alphabet[group & 63]
  }
  return `$sha1$${rounds}$${salt}$${text}`
}
