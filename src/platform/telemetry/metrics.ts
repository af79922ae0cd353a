/**
 * Every signal that our processes count, by name, unit and meaning: one table. Labels never hold a person's data.
 *
 * The text that Prometheus reads is written here, in some lines: its client library adds 23 MB to a process. What is counted
 * with each call is counted in a `Tally` or `Times` and read when somebody asks.
 */

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export const signals = {
  http_answers_total: { kind: 'counter', labels: ['route', 'method', 'status'], help: 'HTTP answers' },
  http_answer_seconds: { kind: 'histogram', labels: ['route', 'method'], help: 'Time to answer', buckets: seconds },
  http_refusals_total: { kind: 'counter', labels: ['refusal'], help: 'Refusals by name' },
  desk_commands_total: { kind: 'counter', labels: ['command', 'outcome'], help: 'Commands sent to the switchboard' },
  desk_command_seconds: {
    kind: 'histogram',
    labels: [],
    help: 'Time until the switchboard answered',
    buckets: seconds,
  },
  desk_link_up: { kind: 'gauge', labels: [], help: '1 while the link to the switchboard is up' },
  database_up: { kind: 'gauge', labels: [], help: '1 when Postgres answered last time' },
  live_sockets: { kind: 'gauge', labels: [], help: 'Open websockets of browsers' },
  live_frames_refused_total: { kind: 'counter', labels: ['error'], help: 'Websocket frames not understood' },
  live_sockets_cut_total: { kind: 'counter', labels: ['why'], help: 'Websockets that we closed' },
  log_ins_total: { kind: 'counter', labels: ['outcome'], help: 'Log-ins by outcome' },

  calls: { kind: 'gauge', labels: ['state'], help: 'Live calls by state' },
  calls_waiting_longest_seconds: { kind: 'gauge', labels: [], help: 'How long the first in the queues has waited' },
  calls_ended_total: { kind: 'counter', labels: ['reason'], help: 'Calls that ended, by reason' },
  calls_refused_total: {
    kind: 'counter',
    labels: ['why'],
    help: 'Callers who were not let in, by what there was too much of',
  },
  offers_total: { kind: 'counter', labels: ['outcome'], help: 'Offers to agents by outcome' },
  agents: { kind: 'gauge', labels: ['state'], help: 'Agents by state' },
  reconcile_findings_total: {
    kind: 'counter',
    labels: ['kind'],
    help: 'Differences from Asterisk that were found and mended',
  },
  leads: { kind: 'gauge', labels: [], help: '1 for the switchboard that has the calls, 0 for one that stands by' },
  asterisk_up: { kind: 'gauge', labels: [], help: '1 while Asterisk sends us events' },
  asterisk_commands_total: { kind: 'counter', labels: ['outcome'], help: 'ARI commands and questions by outcome' },
  asterisk_command_seconds: { kind: 'histogram', labels: [], help: 'Time until ARI answered', buckets: seconds },
  asterisk_odd_events_total: { kind: 'counter', labels: ['odd'], help: 'Events that we could not make out' },
  canary_up: { kind: 'gauge', labels: [], help: '1 when the last canary call was written down in time' },
  canary_seconds: { kind: 'gauge', labels: [], help: 'From the placing of the last canary call to its end' },
  redis_up: { kind: 'gauge', labels: [], help: '1 when Redis answered last time' },
  journal_bytes: { kind: 'gauge', labels: [], help: 'Size of the journal' },
  journal_bound_bytes: { kind: 'gauge', labels: [], help: 'Beyond this no new caller is taken in' },
  journal_behind_facts: { kind: 'gauge', labels: [], help: 'Facts on disk that Postgres has not confirmed' },
  journal_append_seconds: { kind: 'histogram', labels: [], help: 'From a step to its fsync', buckets: seconds },
  journal_disk_free_bytes: { kind: 'gauge', labels: [], help: 'Free on the disk of the journal' },
  alarms: { kind: 'gauge', labels: ['alarm'], help: '1 while somebody should look' },
  relay_runs_total: { kind: 'counter', labels: [], help: 'Runs of facts put into the queue, repeated ones too' },
  facts_written_total: { kind: 'counter', labels: [], help: 'Facts that a worker has written, repeated ones too' },
  facts_quarantined_total: { kind: 'counter', labels: [], help: 'What could not be written and was kept aside' },
  event_loop_delay_seconds: {
    kind: 'gauge',
    labels: ['figure'],
    help: 'Delay of the event loop over the last ten seconds: p99 and max',
  },
  memory_bytes: { kind: 'gauge', labels: ['of'], help: 'Memory of the process: resident, heap' },
  cpu_seconds_total: { kind: 'counter', labels: [], help: 'Processor time of the process' },
} as const satisfies Record<string, Signal>

type Signal = {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  readonly help: string
  readonly buckets?: readonly number[]
}
type Signals = typeof signals
type NameOf<Kind extends Signal['kind']> = {
  [Name in keyof Signals]: Signals[Name]['kind'] extends Kind ? Name : never
}[keyof Signals]
type LabelsOf<Name extends keyof Signals> = Record<Signals[Name]['labels'][number], string | number>

export type Metrics = {
  count<Name extends NameOf<'counter'>>(name: Name, labels: LabelsOf<Name>, by?: number): void
  /** A counter that somebody else keeps. */
  total<Name extends NameOf<'counter'>>(name: Name, labels: LabelsOf<Name>, value: number): void
  set<Name extends NameOf<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void
  observe<Name extends NameOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, value: number): void
  /** A histogram that somebody else keeps. */
  times<Name extends NameOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, times: Times): void
  /** Called before each `text`: to set what need not be known in between. */
  onAsked(read: () => void | Promise<void>): void
  /** Everything in Prometheus' text format. */
  text(): Promise<string>
  readonly contentType: string
}

/** Counts by one word, for what happens many times a second. */
export type Tally = ReadonlyMap<string, number> & { add(word: string, by?: number): void }
export function createTally(): Tally {
  const counts = new Map<string, number>()
  return Object.assign(counts, {
    add(word: string, by = 1): void {
      counts.set(word, (counts.get(word) ?? 0) + by)
    },
  })
}

/** Times in seconds, by buckets. */
export class Times {
  readonly bounds: readonly number[]
  /** By bucket, not yet added up; the last one is for what is beyond all bounds. */
  readonly counts: Float64Array
  sum = 0

  constructor(bounds: readonly number[] = seconds) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  add(value: number): void {
    let bucket = 0
    while (bucket < this.bounds.length && value > (this.bounds[bucket] as number)) bucket++
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.sum += value
  }
}

type Labels = Readonly<Record<string, string | number>>

/** `process`: which of our processes this is. */
export function createMetrics({ process: name }: { process: string }): Metrics {
  const values = new Map<string, Map<string, number | Times>>()
  const readers: (() => void | Promise<void>)[] = []
  const written = (labels: Labels): string =>
    Object.entries({ ...labels, process: name })
      .map(([label, value]) => `${label}="${escaped(String(value))}"`)
      .join(',')

  function of(signal: string): Map<string, number | Times> {
    const known = values.get(signal) ?? new Map<string, number | Times>()
    values.set(signal, known)
    return known
  }

  function put(signal: string, labels: Labels, value: number | Times): void {
    of(signal).set(written(labels), value)
  }

  function timesOf(signal: NameOf<'histogram'>, labels: Labels): Times {
    const known = of(signal).get(written(labels))
    if (known instanceof Times) return known
    const times = new Times(signals[signal].buckets)
    put(signal, labels, times)
    return times
  }

  return {
    count(signal, labels, by = 1) {
      const known = of(signal)
      const key = written(labels)
      known.set(key, Number(known.get(key) ?? 0) + by)
    },
    total: put,
    set: put,
    observe: (signal, labels, value) => timesOf(signal, labels).add(value),
    times: put,
    onAsked: (read) => readers.push(read),
    async text() {
      const { rss, heapUsed } = process.memoryUsage()
      const { user, system } = process.cpuUsage()
      put('memory_bytes', { of: 'resident' }, rss)
      put('memory_bytes', { of: 'heap' }, heapUsed)
      put('cpu_seconds_total', {}, (user + system) / 1e6)
      for (const read of readers) await read()
      return Object.entries<Signal>(signals)
        .flatMap(([signal, about]) => linesOf(`hotline_${signal}`, about, values.get(signal)))
        .join('')
    },
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
  }
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

function linesOf(
  name: string,
  { kind, help }: Signal,
  values: ReadonlyMap<string, number | Times> | undefined,
): string[] {
  if (!values) return []
  const lines = [`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`]
  for (const [labels, value] of values)
    lines.push(...(value instanceof Times ? bucketsOf(name, labels, value) : [`${name}{${labels}} ${value}\n`]))
  return lines
}

function bucketsOf(name: string, labels: string, { bounds, counts, sum }: Times): string[] {
  let count = 0
  const buckets = [...counts].map((inBucket, index) => {
    count += inBucket
    return `${name}_bucket{le="${bounds[index] ?? '+Inf'}",${labels}} ${count}\n`
  })
  return [...buckets, `${name}_sum{${labels}} ${sum}\n`, `${name}_count{${labels}} ${count}\n`]
}
