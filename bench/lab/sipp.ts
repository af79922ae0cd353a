/**
 * Runs SIPp of the private root as the carrier and as the phones, and reads from its log when what was sent and received. SIPp's
 * own response times are rounded to 4 ms; its log of messages has microseconds.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dirFor, lastLines, type Running, startInside } from '../../scripts/lib/private-root.ts'
import { hosts } from './asterisk-etc.ts'
import { quantile } from './figures.ts'

const scenarios = join(import.meta.dirname, '../sipp')

export type Load = {
  /** The number that is dialled. */
  readonly number: string
  readonly rate: number
  readonly calls: number
  /** How long a call lasts once it is answered, evenly spread. */
  readonly talkMs: readonly [least: number, most: number]
  /** How long a caller waits for an answer. */
  readonly patienceMs?: number
  /** Each caller comes so much later than his turn, at most, evenly spread: far more than the time between two, and they come at random. */
  readonly spreadMs?: number
}

export type Heard = {
  readonly calls: number
  /** Not answered, or refused. */
  readonly failed: number
  /** Requests that had to be sent again. */
  readonly repeated: number
  /** Calls a second that were really begun. */
  readonly rate: number
  /** INVITE to 200 OK of each answered call, ms. */
  readonly connectMs: readonly number[]
  readonly p50: number
  readonly p99: number
}

type Place = { readonly root: string; readonly dir: string }

export async function startPhones(place: Place, port: number, asteriskPort: number): Promise<Running> {
  return await startSipp(place, 'phones', {}, [
    '-i',
    hosts.phones,
    '-p',
    `${port}`,
    `${hosts.asterisk}:${asteriskPort}`,
  ])
}

let runs = 0

/** Begins to call; `heard` reads the log once SIPp has ended by itself. */
export async function startCalling(place: Place, load: Load, ports: { from: number; to: number }) {
  const [leastMs, mostMs] = load.talkMs
  const run = `r${++runs}`
  const { number, patienceMs = 10_000, spreadMs = 0 } = load
  const values = { run, number, leastMs, mostMs, patienceMs, spreadMs }
  const log = `caller-${load.rate}-messages.log`
  const running = await startSipp(place, 'caller', values, [
    ...['-i', hosts.caller, '-p', `${ports.from}`, '-r', `${load.rate}`, '-m', `${load.calls}`, '-l', '5000'],
    ...['-cid_str', `%u-${run}-%p@%s`],
    ...['-trace_shortmsg', '-shortmessage_file', log, `${hosts.asterisk}:${ports.to}`],
  ])
  return {
    running,
    async heard(): Promise<Heard> {
      const { code } = await running.exited
      if (code !== 0 && code !== 1) throw new Error(`SIPp ended with ${code}: ${lastLines(running.logFile)}`)
      return readMessages(readFileSync(join(place.dir, log), 'utf8'), load)
    },
  }
}

async function startSipp(
  { root, dir }: Place,
  scenario: 'caller' | 'phones',
  values: Readonly<Record<string, string | number>>,
  args: readonly string[],
): Promise<Running> {
  dirFor('asterisk', dir)
  const text = readFileSync(join(scenarios, `${scenario}.xml`), 'utf8')
  const file = join(dir, `${scenario}.xml`)
  writeFileSync(
    file,
    text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name])),
  )
  chmodSync(file, 0o644)
  return await startInside(
    {
      root,
      user: 'asterisk',
      binds: [{ from: dir, to: '/srv/sipp', writable: true }],
      command: [
        ...['sipp', '-sf', `/srv/sipp/${scenario}.xml`, '-nostdin', '-f', '3600'],
        ...['-trace_err', '-error_file', `/srv/sipp/${scenario}-errors.log`, ...inSrv(args)],
      ],
    },
    { name: `sipp-${scenario}`, logFile: join(dir, `${scenario}.log`), stopSignal: 'SIGKILL', graceMs: 1_000 },
  )
}

const inSrv = (args: readonly string[]): string[] =>
  args.map((arg) => (arg.endsWith('-messages.log') ? `/srv/sipp/${arg}` : arg))

/** date, time, seconds since 1970, S or R, Call-ID, `CSeq:1 INVITE`, first line. */
export function readMessages(log: string, load: Pick<Load, 'calls'>): Heard {
  const begun = new Map<string, number>()
  const connected = new Map<string, number>()
  const byes = new Set<string>()
  const refused = new Set<string>()
  let repeated = 0
  for (const line of log.split('\n')) {
    const [, , seconds, direction, call, cseq, first] = line.split('\t')
    if (call === undefined || first === undefined) continue
    const at = Number(seconds) * 1000
    if (direction === 'S' && first.startsWith('INVITE ')) {
      if (begun.has(call)) repeated += 1
      else begun.set(call, at)
    } else if (direction === 'S' && first.startsWith('BYE ')) {
      if (byes.has(call)) repeated += 1
      byes.add(call)
    } else if (direction === 'R' && cseq === 'CSeq:1 INVITE' && first.startsWith('SIP/2.0 ')) {
      const status = Number(first.slice(8, 11))
      const from = begun.get(call)
      if (status === 200 && from !== undefined && !connected.has(call)) connected.set(call, at - from)
      if (status >= 300) refused.add(call)
    }
  }
  const connectMs = [...connected.values()]
  const starts = [...begun.values()]
  const spanS = ((starts.at(-1) ?? 0) - (starts[0] ?? 0)) / 1000
  return {
    calls: load.calls,
    failed: load.calls - connectMs.length + [...refused].filter((call) => connected.has(call)).length,
    repeated,
    rate: spanS > 0 ? (starts.length - 1) / spanS : Number.NaN,
    connectMs,
    p50: quantile(connectMs, 0.5),
    p99: quantile(connectMs, 0.99),
  }
}
