/** Every signal that our processes count, by name, unit and meaning: one table. Labels never hold a person's data. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

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
  set<Name extends NameOf<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void
  observe<Name extends NameOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, value: number): void
  /** Everything in Prometheus' text format. */
  text(): Promise<string>
  readonly contentType: string
}

/** `process`: which of our processes this is; `defaults`: also memory, event loop delay and the like. */
export function createMetrics({ process, defaults = true }: { process: string; defaults?: boolean }): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ process })
  if (defaults) collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const counters = new Map<string, Counter>()
  const gauges = new Map<string, Gauge>()
  const histograms = new Map<string, Histogram>()
  for (const [key, signal] of Object.entries<Signal>(signals)) {
    const about = { name: `hotline_${key}`, help: signal.help, labelNames: [...signal.labels], registers }
    if (signal.kind === 'counter') counters.set(key, new Counter(about))
    else if (signal.kind === 'gauge') gauges.set(key, new Gauge(about))
    else histograms.set(key, new Histogram({ ...about, buckets: [...(signal.buckets ?? seconds)] }))
  }
  return {
    count: (name, labels, by = 1) => counters.get(name)?.inc(labels, by),
    set: (name, labels, value) => gauges.get(name)?.set(labels, value),
    observe: (name, labels, value) => histograms.get(name)?.observe(labels, value),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
