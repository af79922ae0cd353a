/** Whether a value is what a schema of the API document says, with no field more: what is sent must be documented. */
import { Errors } from 'typebox/schema'

type Schemas = Readonly<Record<string, unknown>>

/** What is wrong with it, or nothing. `schemas`: components of the document, by name. */
export function strayFrom(name: string, schemas: Schemas, value: unknown): string[] {
  const { [name]: whole } = inlined(schemas, schemas) as Record<string, object>
  if (!whole) return [`there is no schema ${name}`]
  const [isRight, errors] = Errors(whole, value)
  return isRight ? [] : errors.map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** References replaced by what they lead to, and objects closed to fields that they do not name. */
function inlined(part: unknown, schemas: Schemas): unknown {
  if (Array.isArray(part)) return part.map((one) => inlined(one, schemas))
  if (typeof part !== 'object' || part === null) return part
  const ref = '$ref' in part && typeof part.$ref === 'string' ? part.$ref.split('/').at(-1) : undefined
  if (ref !== undefined) return inlined(schemas[ref], schemas)
  const whole = Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, inlined(inner, schemas)]))
  return 'properties' in whole && !('additionalProperties' in whole) ? { ...whole, additionalProperties: false } : whole
}
