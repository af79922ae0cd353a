import { expect, test } from 'vitest'
import { createMetrics, createTally, Times } from '#platform/telemetry/metrics'

const linesOf = async (metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(`hotline_${name}`))

test('counters add up by their labels, gauges keep the last value, and only what was counted is told', async () => {
  const metrics = createMetrics({ process: 'test' })
  metrics.count('log_ins_total', { outcome: 'ok' })
  metrics.count('log_ins_total', { outcome: 'ok' }, 2)
  metrics.count('log_ins_total', { outcome: 'wrong "name"\n' })
  metrics.set('live_sockets', {}, 3)
  metrics.set('live_sockets', {}, 2)
  expect(await linesOf(metrics, 'log_ins')).toEqual([
    'hotline_log_ins_total{outcome="ok",process="test"} 3',
    String.raw`hotline_log_ins_total{outcome="wrong \"name\"\n",process="test"} 1`,
  ])
  expect(await linesOf(metrics, 'live_sockets')).toEqual(['hotline_live_sockets{process="test"} 2'])
  expect(await linesOf(metrics, 'database_up')).toEqual([])
  expect(await metrics.text()).toContain(
    '# HELP hotline_live_sockets Open websockets of browsers\n# TYPE hotline_live_sockets gauge\n',
  )
})

test('buckets of a histogram add up, bounds belong to them, and what is beyond all is in the last', async () => {
  const metrics = createMetrics({ process: 'test' })
  const times = new Times([0.1, 1])
  for (const value of [0.1, 0.5, 7]) times.add(value)
  metrics.times('asterisk_command_seconds', {}, times)
  expect(await linesOf(metrics, 'asterisk_command_seconds')).toEqual([
    'hotline_asterisk_command_seconds_bucket{le="0.1",process="test"} 1',
    'hotline_asterisk_command_seconds_bucket{le="1",process="test"} 2',
    'hotline_asterisk_command_seconds_bucket{le="+Inf",process="test"} 3',
    'hotline_asterisk_command_seconds_sum{process="test"} 7.6',
    'hotline_asterisk_command_seconds_count{process="test"} 3',
  ])
})

test('what others keep is read when somebody asks', async () => {
  const metrics = createMetrics({ process: 'test' })
  const offers = createTally()
  metrics.onAsked(async () => {
    for (const [outcome, count] of offers) metrics.total('offers_total', { outcome }, count)
  })
  offers.add('accepted')
  offers.add('accepted')
  expect(await linesOf(metrics, 'offers')).toEqual(['hotline_offers_total{outcome="accepted",process="test"} 2'])
})
