import type { OperationName } from './generated/ari.ts'

/**
 * Something is wrong with Asterisk, with the way to it, or with what we asked; as opposed to `gone`, which is daily
 * life. `status` is 0 when no answer came; then it is not known whether the command was carried out.
 */
export class AriTrouble extends Error {
  readonly kind: 'timeout' | 'disconnected' | 'refused' | 'failed'
  readonly status: number
  readonly op: OperationName
  /** The channel, bridge, playback or other thing that the command was about. */
  readonly id: string

  constructor(at: {
    kind: AriTrouble['kind']
    status: number
    op: OperationName
    id: string
    message: string
    cause?: unknown
  }) {
    super(`${at.op} ${at.id}: ${at.message}${at.status === 0 ? '' : ` (${at.status})`}`, { cause: at.cause })
    this.name = 'AriTrouble'
    this.kind = at.kind
    this.status = at.status
    this.op = at.op
    this.id = at.id
  }
}
