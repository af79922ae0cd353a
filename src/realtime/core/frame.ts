/** The frames of /v1/live. JSON text, one object a frame. */
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { AgentCommandBody, CallCommandBody, type DeskCommand } from '#acd/core'
import { type CallId, type CommandId, ok } from '#kernel'
import { type FrameFault, takenFrames } from './frame-schema.ts'

export const liveLimits = {
  /** Longest frame that is read; a ticket's longest content in Chinese is 12 kB. */
  frameBytes: 32 * 1024,
  framesPerSecond: 20,
  /** Frames that make no sense before the socket is closed; one is forgiven every ten seconds. */
  faults: 20,
  forgiveEveryMs: 10_000,
  socketsPerPerson: 10,
  sockets: 4_000,
  pingEveryMs: 15_000,
  /** How often it is asked whether the session still stands (news of its end comes at once). */
  askEveryMs: 30_000,
  /** Above this only the newest of each topic waits to be sent. */
  slowBytes: 64 * 1024,
  /** Above this the socket is cut off; it comes back and is told everything anew. */
  stuckBytes: 1024 * 1024,
} as const

export type FromBrowser =
  | {
      readonly type: 'command'
      readonly id: CommandId
      readonly call?: CallId
      readonly command: DeskCommand['command']
    }
  | { readonly type: 'ping' }

const Shape = takenFrames.LiveCommandFrame
const commandNames: ReadonlySet<string> = new Set(
  [...CallCommandBody.anyOf, ...AgentCommandBody.anyOf].map((one) => one.properties.name.const),
)
const types = ['command', 'ping']

/** `detail` says what would be right. */
type Fault = { readonly ok: false; readonly refusal: FrameFault; readonly detail: string }
const fault = (refusal: FrameFault, detail: string): Fault => ({ ok: false, refusal, detail })

/** Reads what a browser sent; says what is wrong with it and what would be right. Never throws. */
export function readFrame(text: string): { readonly ok: true; readonly value: FromBrowser } | Fault {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fault('notJson', 'a frame is one JSON object')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fault('notAFrame', 'a frame is one JSON object')
  const { type, command } = value as { type?: unknown; command?: { name?: unknown } | null }
  if (typeof type !== 'string' || !types.includes(type)) return fault('unknownType', `type: ${types.join(', ')}`)
  if (type === 'ping') return ok({ type })
  if (typeof command?.name !== 'string' || !commandNames.has(command.name))
    return fault('unknownCommand', `command.name: ${[...commandNames].join(', ')}`)
  if (!Value.Check(Shape, value)) return fault('malformedFrame', whatIsWrong(value))
  const frame = value as unknown as FromBrowser & { id: string }
  return ok({ ...frame, id: frame.id.toLowerCase() as CommandId })
}

/** Where the first fault is. Of a union only the branch that the name means is looked at. */
function whatIsWrong(value: object): string {
  const { command } = value as { command: { name: string } }
  const branch = [...CallCommandBody.anyOf, ...AgentCommandBody.anyOf].find(
    (one) => one.properties.name.const === command.name,
  )
  const about = branch ? Type.Object({ ...Shape.properties, command: branch }, { additionalProperties: false }) : Shape
  const [first] = Value.Errors(about, value)
  return first ? `${first.instancePath || '/'}: ${first.message}`.slice(0, 300) : 'not as the interface asks for it'
}
