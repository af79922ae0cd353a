import { describe, expect, it } from 'vitest'
import { type Judged, judge } from '../../faults/judge.ts'
import type { Caller } from '../../faults/kit/callers.ts'

const caller: Caller = {
  ...{ number: '13800000001', dialled: '12345', begunAt: 1, heardAt: 2, takenAt: 3, answeredAt: 3, connectedAt: 3 },
  ...{ endedAt: 4, endedBy: 'self', status: 0, hasMusic: false, netRungAt: null },
}
const row = {
  ...{ id: 'c1', caller_number: caller.number, ticket_no: 'T1', ticket_state: 'REGISTERED', state: 'ended' },
  ...{
    end_reason: 'callerHungUp',
    answered_by: '2001',
    answered_seat: null,
    facts: 6,
    stored: 6,
    wrap_ups: 0,
    arrived_at: caller.begunAt + 20,
    whole_ms: 1_000,
    parts_ms: 990,
  },
}
const story = [
  { type: 'call.accepted' },
  { type: 'call.queued', body: { front: false } },
  { type: 'call.offered', body: { offer: 'o', leg: 'l' } },
  { type: 'call.offerEnded', body: { offer: 'o', outcome: 'accepted' } },
  { type: 'call.connected', body: { leg: 'l' } },
  { type: 'call.agentLeft', body: { leg: 'l' } },
  { type: 'call.ended', body: { reason: 'callerHungUp' } },
].map((fact, n) => ({ call: 'c1', seq: `${n + 1}`, epoch: 1, at: new Date(n), body: {}, ...fact }))
const journal = { journal: 'j', facts: 7, first: 1, last: 7 }

type Told = {
  readonly rows?: readonly object[]
  readonly facts?: readonly object[]
  readonly journals?: readonly object[]
  readonly channels?: readonly object[]
  readonly tired?: readonly string[]
  readonly torn?: number
  readonly who?: Caller
}

async function complaints({
  rows = [row],
  facts = story,
  journals = [journal],
  channels = [],
  tired = [],
  torn = 0,
  who = caller,
}: Told) {
  const found: string[] = []
  const stack = {
    agents: [{ agent: '2001', seat: '1001' }],
    desks: { notReady: () => [...tired] },
    tornBytes: () => torn,
    witness: { channels: async () => channels, bridges: async () => [] },
    ask: async (text: string) =>
      text.includes('from calls c')
        ? rows
        : text.includes('group by journal')
          ? journals
          : text.includes('body')
            ? facts
            : [],
  } as unknown as Judged
  const verdict = await judge(stack, [who], { settleMs: 0, mayBeForgotten: () => false }, (what) => found.push(what))
  return { ...verdict, found: [...new Set(found)] }
}

describe('the judge of the faults', () => {
  it('has nothing to say of a call that is whole', async () => {
    expect(await complaints({})).toEqual({ lost: 0, doubled: 0, found: [] })
  })

  it('takes it that a journal leaves out as many numbers as a torn end has bytes', async () => {
    expect((await complaints({ journals: [{ ...journal, last: 16 }], torn: 9 })).found).toEqual([])
  })

  it('lets a phone go that rang when the switchboard died and was taken up in vain, and none that the safety net had ring', async () => {
    const left = [
      ...story.slice(0, 3),
      { type: 'call.recovered', body: { state: 'safetyNet' } },
      { type: 'call.ended', body: { reason: 'abandonedWaiting' } },
    ].map((fact, n) => ({ call: 'c1', epoch: 1, at: new Date(n), ...fact, seq: `${n + 1}` }))
    const told = { rows: [{ ...row, answered_by: null, facts: 5, end_reason: 'abandonedWaiting' }], facts: left }
    const notWritten = 'who was answered is written down as answered'
    expect((await complaints(told)).found).not.toContain(notWritten)
    expect((await complaints({ ...told, who: { ...caller, netRungAt: 3 } })).found).toContain(notWritten)
  })

  it.each<[string, Told, string]>([
    ['a call that nobody wrote down', { rows: [] }, 'no call is lost'],
    ['a call with two records', { rows: [row, { ...row, id: 'c2', ticket_no: 'T2' }] }, 'a call has one record'],
    [
      'a call without an end',
      { rows: [{ ...row, state: 'live', end_reason: null }] },
      'every call has an end, with its reason',
    ],
    ['a fact that is stored and not told', { rows: [{ ...row, facts: 5 }] }, 'a record is made of all facts'],
    ['a call without a ticket', { rows: [{ ...row, ticket_no: null, ticket_state: null }] }, 'each call has a ticket'],
    [
      'a caller who is said to have come later',
      { rows: [{ ...row, arrived_at: caller.begunAt + 3_000 }] },
      'who comes has the time at which they came',
    ],
    ['time that is missing', { rows: [{ ...row, whole_ms: 9_000 }] }, 'times add up'],
    [
      'an answer that is not told',
      { rows: [{ ...row, answered_by: null }] },
      'who was answered is written down as answered',
    ],
    ['a story with two ends', { facts: [...story, { ...story.at(-1), seq: '8' }] }, 'a call ends once'],
    ['a gap in the journal', { journals: [{ ...journal, last: 8 }] }, 'the facts of a journal have no gap'],
    [
      'a gap beside a torn end',
      { journals: [{ ...journal, last: 17 }], torn: 9 },
      'the facts of a journal have no gap',
    ],
    ['two journals', { journals: [journal, { ...journal, journal: 'k' }] }, 'there is one journal'],
    ['a channel that is left', { channels: [{ id: 'x', name: 'PJSIP/x', state: 'Up' }] }, 'quiet after 0 s'],
    ['an agent who is stuck', { tired: ['2001 busy'] }, 'quiet after 0 s'],
  ])('sees %s', async (_, told, invariant) => {
    expect((await complaints(told)).found).toContain(invariant)
  })
})
