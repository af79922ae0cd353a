/** From an error that Fastify or a driver threw to the name of a refusal and a detail that helps. */
import type { FastifyError, FastifySchemaValidationError } from 'fastify'
import { fieldTexts, type Language } from './messages.ts'
import { Refused } from './problem.ts'
import type { RefusalName } from './refusals.ts'

type Fault = { refusal: RefusalName; detail?: string }

const byCode: Record<string, RefusalName> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'notJson',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bodyMissing',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'notJsonMediaType',
  FST_ERR_CTP_BODY_TOO_LARGE: 'bodyTooLarge',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'badHttp',
  FST_ERR_CTP_INVALID_TYPE: 'notJsonMediaType',
  FST_ERR_BAD_URL: 'badUrl',
  FST_ERR_MAX_PARAM_LENGTH_EXCEEDED: 'badUrl',
  FST_ERR_HANDLER_TIMEOUT: 'tookTooLong',
  HPE_HEADER_OVERFLOW: 'headersTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'badHttp',
}

/** Node's names for a peer that is not there, and Postgres' classes 08 and 57 for one that is going. */
const awayCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EHOSTUNREACH'])
const awayStates = /^(08...|57P0[1-5]|53300)$/
const awayMessages = /timeout exceeded when trying to connect|Connection terminated|query read timeout/i

/** Whether an error says that Postgres cannot be reached, as against a mistake of ours. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof Refused) return error.refusal === 'databaseAway'
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (awayCodes.has(code) || awayStates.test(code) || awayMessages.test(error.message)) return true
  const inner = error instanceof AggregateError ? error.errors : [error.cause]
  return inner.some((cause) => cause !== undefined && isDatabaseAway(cause))
}

/** `undefined`: nobody's fault but ours. */
export function toFault(error: unknown, language: Language): Fault | undefined {
  if (error instanceof Refused)
    return error.detail === undefined ? { refusal: error.refusal } : { refusal: error.refusal, detail: error.detail }
  if (isDatabaseAway(error)) return { refusal: 'databaseAway' }
  if (!(error instanceof Error)) return undefined
  const { code, statusCode, validation, validationContext } = error as Partial<FastifyError>
  if (validation?.[0])
    return { refusal: 'malformedRequest', detail: describe(validation, validationContext ?? 'request', language) }
  const named = code === undefined ? undefined : byCode[code]
  if (named) return { refusal: named, detail: error.message.slice(0, 200) }
  if (statusCode === 429) return { refusal: 'tooManyRequests' }
  // secure-json-parse: `__proto__` and the like in a body
  if (error instanceof SyntaxError && statusCode === 400)
    return { refusal: 'notJson', detail: error.message.slice(0, 200) }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { refusal: 'malformedRequest', detail: error.message.slice(0, 200) }
  return undefined
}

/** What was wrong, where, and what would be right. A union's own complaint says least, so a deeper one goes first. */
function describe(errors: readonly FastifySchemaValidationError[], where: string, language: Language): string {
  const depth = (e: FastifySchemaValidationError) => (e.keyword === 'anyOf' ? -1 : e.instancePath.length)
  const worst = errors.reduce((a, b) => (depth(b) > depth(a) ? b : a))
  const { keyword, params } = worst
  const text = (Object.hasOwn(fieldTexts, keyword) ? fieldTexts[keyword as keyof typeof fieldTexts] : fieldTexts.other)[
    language
  ]
  const name = toWords(params.missingProperty ?? params.additionalProperty).slice(0, 60)
  const right = toWords(
    params.allowedValues ?? params.allowedValue ?? params.type ?? params.pattern ?? params.limit ?? worst.message,
  )
  const said = text.replace('{name}', () => name).replace('{right}', () => right)
  return `${where}${worst.instancePath}: ${said}`
}

const toWords = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(toWords).join(', ')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
