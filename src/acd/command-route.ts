/** What the routes of commands have in common: the command id, the answer, and how a reply of the switchboard is told. */
import type { FastifyReply } from 'fastify'
import { type TProperties, Type } from 'typebox'
import type { Principal } from '#access'
import type { CommandId } from '#kernel'
import type { RefusalName } from '#platform/http/refusals'
import { CommandIdText, type DeskCommand } from './core/index.ts'
import type { Desk } from './desk.ts'

/** A body with a command id and what else the command needs; nothing besides. */
export const commandBody = <Fields extends TProperties>(fields: Fields) =>
  Type.Object({ commandId: CommandIdText, ...fields }, { additionalProperties: false })

export const Done = Type.Object(
  {
    ok: Type.Literal(true),
    repeated: Type.Boolean({ description: 'The command id was known: nothing was done now' }),
  },
  { description: 'Done, or done before' },
)
export const Written = Type.Object(
  {
    ...Done.properties,
    saved: Type.Optional(
      Type.Enum(['centrally', 'locally'], {
        description:
          '`centrally`: whoever reads now reads what was written. `locally` (已在本机保存): it is on the switchboard’s disk and ' +
          'comes by itself; until then reads show what was before, and only GET /v1/agent and /v1/live what was written.',
      }),
    ),
  },
  { description: 'Written, or written before' },
)
/** Refusals that every command can meet. */
export const commandRefusals = [
  'switchboardAway',
  'switchboardTrouble',
  'journalFull',
  'commandIdUsed',
  'agentUnknown',
  'notLoggedIn',
] as const satisfies readonly RefusalName[]

type Asked = { by: Principal; id: string; command: DeskCommand['command']; call?: DeskCommand['call'] }

/** Sends a command for whoever asks: nobody can command for somebody else. */
export async function answerCommand(desk: Pick<Desk, 'ask'>, asked: Asked, reply: FastifyReply) {
  const { by, id, command, call } = asked
  const answer = await desk.ask({
    // one spelling an id: a repeat in capitals is a repeat
    id: id.toLowerCase() as CommandId,
    agent: by.staff,
    ...(call === undefined ? {} : { call }),
    command,
  })
  if (!answer.ok) return reply.refuse(answer.refusal, answer.repeated ? { repeated: true } : {})
  return { ok: true as const, repeated: answer.repeated, ...(answer.saved && { saved: answer.saved }) }
}
