/** What is written down of a call, for whoever may read it. Reads the tables that the worker folds facts into. */
import type { Reader } from '#platform/postgres/tx'

export type CallRecord = NonNullable<Awaited<ReturnType<typeof readCall>>>

/** A call with its legs, offers and the parties that were brought in; nothing when its facts have not arrived yet. */
export async function readCall(db: Reader, id: string) {
  const call = await db
    .selectFrom('calls')
    .select([
      'id',
      'ticket_no',
      'caller_number',
      'caller_name',
      'dialled',
      'queue',
      'context',
      'state',
      'arrived_at',
      'answered_at',
      'answered_by',
      'answered_seat',
      'ended_at',
      'end_reason',
      'waited_ms',
      'talk_ms',
      'held_ms',
      'handed_over_ms',
      'wrap_up_ms',
      'recovered',
    ])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!call) return undefined
  const [legs, offers, parties] = await Promise.all([
    db
      .selectFrom('legs')
      .select(['id', 'role', 'agent', 'line', 'started_at', 'answered_at', 'left_at', 'cause', 'agent_left'])
      .where('call', '=', id)
      .orderBy('started_at')
      .orderBy('id')
      .execute(),
    db
      .selectFrom('offers')
      .select(['id', 'agent', 'offered_at', 'ended_at', 'outcome', 'cause'])
      .where('call', '=', id)
      .orderBy('offered_at')
      .orderBy('id')
      .execute(),
    db
      .selectFrom('call_parties')
      .select([
        'id',
        'party_kind',
        'party',
        'agent',
        'purpose',
        'dialled_at',
        'answered',
        'answered_at',
        'joined_at',
        'handed_over_at',
        'left_at',
        'result',
        'seconds',
      ])
      .where('call', '=', id)
      .orderBy('dialled_at')
      .orderBy('id')
      .execute(),
  ])
  return { ...call, legs, offers, parties }
}

/** Whether the agent has had this call in hand: was connected with the caller, was consulted, or was offered it and took it. */
export async function hadCallInHand(db: Reader, call: string, agent: string): Promise<boolean> {
  const found = await db
    .selectFrom('legs')
    .select('id')
    .where('call', '=', call)
    .where('agent', '=', agent)
    .where('answered_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}
