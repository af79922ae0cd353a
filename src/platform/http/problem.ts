/** How a refusal looks on the wire: RFC 9457, with our own name for it. */
import { Type } from 'typebox'
import { type Language, refusalTexts } from './messages.ts'
import { type RefusalName, refusalStatus } from './refusals.ts'

export const problemType = 'application/problem+json'

export const Problem = Type.Object(
  {
    type: Type.String({ description: '`urn:hotline:refusal:` and the name' }),
    title: Type.String({ description: 'For people, in the language asked for' }),
    status: Type.Integer(),
    refusal: Type.String({ description: 'The name of the refusal: what programs look at' }),
    detail: Type.Optional(Type.String({ description: 'What exactly was wrong, and what would be right' })),
    repeated: Type.Optional(Type.Boolean({ description: 'The command id was known; this is its first answer again' })),
  },
  { description: 'A named refusal' },
)

export type ProblemBody = {
  type: string
  title: string
  status: number
  refusal: RefusalName
  detail?: string
  repeated?: boolean
}

export const toProblem = (
  refusal: RefusalName,
  language: Language,
  more: { detail?: string | undefined; repeated?: boolean | undefined } = {},
): ProblemBody => ({
  type: `urn:hotline:refusal:${refusal}`,
  title: refusalTexts[refusal][language],
  status: refusalStatus[refusal],
  refusal,
  ...(more.detail === undefined ? {} : { detail: more.detail }),
  ...(more.repeated === undefined ? {} : { repeated: more.repeated }),
})

/** Thrown where a handler is too deep to answer; the error handler makes the same problem of it. */
export class Refused extends Error {
  readonly refusal: RefusalName
  readonly detail: string | undefined
  constructor(refusal: RefusalName, detail?: string, cause?: unknown) {
    super(refusal, { cause })
    this.name = 'Refused'
    this.refusal = refusal
    this.detail = detail
  }
}
