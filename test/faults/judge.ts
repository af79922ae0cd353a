/** What must be so once everything is quiet again, of every caller of one ordeal: what the outside saw against what is written. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Fact } from '#journal'
import type { CallId } from '#kernel'
import { checkStory } from '../simulation/check-story.ts'
import type { Complain } from '../simulation/failure.ts'
import type { Caller } from './kit/callers.ts'
import type { Stack } from './kit/stack.ts'

type Row = {
  id: string
  caller_number: string
  ticket_no: string | null
  ticket_state: string | null
  state: string
  end_reason: string | null
  answered_by: string | null
  answered_seat: string | null
  facts: number
  stored: number
  /** Wrap-ups that have begun and not ended, as far as has arrived. */
  wrap_ups: number
  /** ms since 1970. */
  arrived_at: number
  /** From arrival to end, and what its parts add up to. */
  whole_ms: number
  parts_ms: number
}
type JournalRow = { journal: string; facts: number; first: number; last: number }

export type Judged = Pick<Stack, 'ask' | 'agents' | 'witness' | 'tornBytes'> & {
  readonly desks: Pick<Stack['desks'], 'notReady'>
}
export type HowToJudge = {
  readonly settleMs: number
  readonly mayBeForgotten: (caller: Caller) => boolean
  /** Asterisk did not see who came at the moment in which they came. */
  readonly arrivalsAreLate?: boolean
  /** The clock on the wall was set by so much. */
  readonly clockMs?: number
}
export type Verdict = { readonly lost: number; readonly doubled: number }

/** Later than this nobody has come: who stood in the safety net, or came while nobody was there, keeps the first ring. */
const arrivalMs = 1_500
const callsOf = `
  select c.id, c.caller_number, c.ticket_no, t.state as ticket_state, c.state, c.end_reason, c.answered_by, c.answered_seat, c.facts,
         (select count(*)::int from facts f where f.call = c.id) as stored,
         (select count(*) filter (where f.type = 'call.wrapUpStarted') - count(*) filter (where f.type = 'call.wrapUpEnded')
            from facts f where f.call = c.id)::int as wrap_ups,
         (extract(epoch from c.arrived_at) * 1000)::float as arrived_at,
         (extract(epoch from c.ended_at - c.arrived_at) * 1000)::float as whole_ms,
         (c.waited_ms + c.talk_ms + c.held_ms + c.consult_ms + c.handed_over_ms)::float as parts_ms
    from calls c left join tickets t on t.call = c.id where c.caller_number = any($1)`
const journals = `
  select journal, count(*)::int as facts, min(seq)::int as first, max(seq)::int as last from facts group by journal`

/** Waits until nobody is in a call any more, inside or outside, and all of it is in Postgres; then judges. */
export async function judge(
  stack: Judged,
  callers: readonly Caller[],
  how: HowToJudge,
  complain: Complain,
): Promise<Verdict> {
  const { settleMs } = how
  const deadline = Date.now() + settleMs
  const left = async (): Promise<string[]> => unsettled(stack, callers, how.mayBeForgotten)
  for (let open = await left(); open.length > 0; open = await left()) {
    if (Date.now() > deadline) {
      for (const what of open) complain(`quiet after ${settleMs / 1000} s`, what)
      break
    }
    await pause(200) // Postgres and Asterisk tell nobody of themselves that they are done
  }
  await checkJournals(stack, complain)
  return await checkCalls(stack, callers, how, complain)
}

async function unsettled(
  stack: Judged,
  callers: readonly Caller[],
  mayBeForgotten: HowToJudge['mayBeForgotten'],
): Promise<string[]> {
  const rows = await rowsOf(stack, callers)
  const written = new Set(rows.map(({ caller_number }) => caller_number))
  const unwritten = callers.filter(
    (caller) => caller.heardAt !== null && !written.has(caller.number) && !mayBeForgotten(caller),
  )
  const [channels, bridges] = await Promise.all([stack.witness.channels(), stack.witness.bridges()])
  const gaps = (await stack.ask<JournalRow>(journals)).filter((journal) => hasGap(journal, stack.tornBytes()))
  return [
    ...stack.desks.notReady(stack.agents.map(({ agent }) => agent)).map((told) => `agent ${told}`),
    ...unwritten.map((caller) => `caller ${JSON.stringify(caller)}`),
    ...channels.map(({ id, name, state }) => `channel ${id} ${name} ${state}`),
    ...bridges.map(({ id }) => `bridge ${id}`),
    ...rows
      .filter(
        ({ state, ticket_state, wrap_ups }) =>
          state !== 'ended' || ticket_state === null || ticket_state === 'DRAFT' || wrap_ups !== 0,
      )
      .map((row) => `record ${JSON.stringify(row)}`),
    ...gaps.map((journal) => `journal ${JSON.stringify(journal)}`),
  ]
}

const rowsOf = (stack: Judged, callers: readonly Caller[]): Promise<Row[]> =>
  stack.ask<Row>(callsOf, [callers.map(({ number }) => number)])

/** Of a write that a kill broke off as many numbers are left out as it has bytes (src/journal/journal-folder.ts), and not one more. */
const hasGap = ({ facts, first, last }: JournalRow, tornBytes: number): boolean =>
  first !== 1 || last - facts !== tornBytes

async function checkJournals(stack: Judged, complain: Complain): Promise<void> {
  const found = await stack.ask<JournalRow>(journals)
  if (found.length !== 1) complain('there is one journal', JSON.stringify(found))
  for (const journal of found)
    if (hasGap(journal, stack.tornBytes())) complain('the facts of a journal have no gap', JSON.stringify(journal))
  const set = await stack.ask('select * from quarantined_jobs')
  if (set.length > 0) complain('every job is understood', JSON.stringify(set))
}

async function checkCalls(
  stack: Judged,
  callers: readonly Caller[],
  { mayBeForgotten, arrivalsAreLate = false, clockMs = 0 }: HowToJudge,
  complain: Complain,
): Promise<Verdict> {
  const rows = Map.groupBy(await rowsOf(stack, callers), ({ caller_number }) => caller_number)
  const stories = await storiesOf(stack, [...rows.values()].flat())
  const tickets = new Map<string, string>()
  let lost = 0
  let doubled = 0
  for (const caller of callers) {
    const [row, ...more] = rows.get(caller.number) ?? []
    if (more.length > 0) {
      doubled += 1
      complain('a call has one record', JSON.stringify([row, ...more]))
    }
    if (!row) {
      if (caller.heardAt === null || mayBeForgotten(caller)) continue
      lost += 1
      complain('no call is lost', JSON.stringify(caller))
      continue
    }
    const story = stories.get(row.id) ?? []
    checkRow(row, caller, story, tickets, complain)
    if (!arrivalsAreLate && Math.abs(row.arrived_at - caller.begunAt) > arrivalMs + clockMs)
      complain('who comes has the time at which they came', `${JSON.stringify(row)} ${JSON.stringify(caller)}`)
    checkStory(row.id as CallId, story, complain)
  }
  return { lost, doubled }
}

/**
 * A phone rang for this caller when the switchboard died, and the net has had him since: whoever took up that phone (none that the net
 * had ring) has heard nobody, although each of the two was answered.
 */
const wasRungForAndLeft = (story: readonly Fact[]): boolean =>
  story.some(({ type }) => type === 'call.offered') &&
  story.some(({ type, state }) => type === 'call.recovered' && String(state).startsWith('safetyNet'))

function checkRow(
  row: Row,
  caller: Caller,
  story: readonly Fact[],
  tickets: Map<string, string>,
  complain: Complain,
): void {
  const steps = story.map(({ type, at, state, result, reason, agent, cause }) =>
    [type, at, state, result, reason, agent, cause].filter((part) => part !== undefined).join(' '),
  )
  const told = `${JSON.stringify(row)} ${JSON.stringify(caller)} ${steps.join(', ')}`
  const wasLeft = caller.netRungAt === null && wasRungForAndLeft(story)
  if (row.state !== 'ended' || row.end_reason === null) complain('every call has an end, with its reason', told)
  if (row.facts !== row.stored) complain('a record is made of all facts', told)
  if (row.ticket_no === null || row.ticket_state === null) complain('each call has a ticket', told)
  const holder = row.ticket_no === null ? undefined : tickets.get(row.ticket_no)
  if (holder !== undefined) complain('a ticket number is given once', `${told}, also ${holder}`)
  if (row.ticket_no !== null) tickets.set(row.ticket_no, row.id)
  if (Math.abs(row.whole_ms - row.parts_ms) > 1_000) complain('times add up', told)
  // Who had music, and hung up while the switchboard was away, was rung for as far as anybody could know; and whose phone was taken up
  // just then was connected with nobody.
  const hungUpOnMusic = caller.hasMusic && ['abandonedRinging', 'lostWhileAway'].includes(row.end_reason ?? '')
  if (
    caller.connectedAt !== null &&
    !hungUpOnMusic &&
    !wasLeft &&
    row.answered_by === null &&
    row.answered_seat === null &&
    row.end_reason !== 'mediaServerLost'
  )
    complain('who was answered is written down as answered', told)
}

async function storiesOf(stack: Judged, rows: readonly Row[]): Promise<Map<string, Fact[]>> {
  const facts = await stack.ask<{ call: string; seq: string; epoch: number; type: string; at: Date; body: object }>(
    'select call, seq, epoch, type, at, body from facts where call = any($1) order by epoch, seq',
    [rows.map(({ id }) => id)],
  )
  const whole = facts.map(
    ({ body, at, seq, ...rest }) => ({ ...body, ...rest, seq: Number(seq), at: at.getTime() }) as unknown as Fact,
  )
  return Map.groupBy(whole, ({ call }) => String(call)) as Map<string, Fact[]>
}
