/**
 * The configuration of the Asterisk under measurement: the product's own, rendered by its own command, with 200 phones at a fixed
 * address (nothing has to register), and beside the product's number three more that lead to what it is compared with.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const agents = 200
export const firstSeat = 1001
export const seatIds: readonly string[] = Array.from({ length: agents }, (_, index) => String(firstSeat + index))

export const numbers = { dial: '21', queue: '22', minimal: '23', ours: '12345' } as const
export const minimalApp = 'bench'

export const hosts = { asterisk: '127.0.0.1', caller: '127.0.0.2', phones: '127.0.0.3' } as const

/** Adds to a rendered configuration. `withQueue`: with members, app_queue has work to do even when nobody calls it. */
export function addBenchToEtc(etc: string, phonesPort: number, { withQueue }: { withQueue: boolean }): void {
  const generated = join(etc, 'generated')
  mkdirSync(generated, { recursive: true })
  writeFileSync(join(generated, 'endpoints.conf'), endpoints(phonesPort))
  writeFileSync(join(generated, 'numbers.conf'), extensions)
  // The safety net's queue is a cost of every call, too: each change of a phone's state walks over its members.
  writeFileSync(
    join(generated, 'members.conf'),
    seatIds.map((id) => `member => PJSIP/seat-${id},0,${id},,no,,yes\n`).join(''),
  )
  if (withQueue) appendFileSync(join(etc, 'queues.conf'), queue)
}

function endpoints(phonesPort: number): string {
  const trunk = `[trunk](any-trunk)\naors = trunk\nset_var = ENTRY_KIND=trunk\n
[trunk]\ntype = aor\ncontact = sip:${hosts.caller}\n
[trunk-addresses]\ntype = identify\nendpoint = trunk\nmatch = ${hosts.caller}\n`
  const seats = seatIds.map(
    (id) => `
[seat-${id}](any-seat)\naors = seat-${id}\n
[seat-${id}]\ntype = aor\nmax_contacts = 1\ncontact = sip:${id}@${hosts.phones}:${phonesPort}\n`,
  )
  return trunk + seats.join('')
}

/** The caller's number counts up, so that bare Dial() takes one phone after another. */
const extensions = `[our-numbers]
exten => ${numbers.ours},1,Set(DIALLED=${numbers.ours})
 same => n,Goto(arrival,s,1)
exten => ${numbers.dial},1,Dial(PJSIP/seat-$[\${CALLERID(num)} % ${agents} + ${firstSeat}],20)
exten => ${numbers.queue},1,Queue(bench,r,,,20)
exten => ${numbers.minimal},1,Stasis(${minimalApp})
`

/** `r` above: the caller hears ringing and is answered when an agent answers, as in the other ways. */
const queue = `
[bench]
strategy = leastrecent
timeout = 20
retry = 1
wrapuptime = 0
ringinuse = no
autofill = yes
joinempty = yes
leavewhenempty = no
${seatIds.map((id) => `member => PJSIP/seat-${id}`).join('\n')}
`
