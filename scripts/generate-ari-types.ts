/**
 * Writes `src/platform/asterisk/generated/ari.ts` from the interface description that Asterisk installs
 * (`usr/share/asterisk/rest-api/*.json`), so that the client's types are those of the server it speaks to.
 *
 *   node scripts/generate-ari-types.ts ROOT            write the file
 *   node scripts/generate-ari-types.ts --check ROOT    exit 1 when the committed file is not what ROOT would give
 *
 * ROOT is a directory that holds an installed Asterisk (the private root), or one with the JSON files themselves.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, exit, stderr, stdout } from 'node:process'
import { type Docs, type Model, type Operation, type Property, readDocs } from './lib/ari-docs.ts'

const target = join(import.meta.dirname, '../src/platform/asterisk/generated/ari.ts')

/** Inherited by every event; their fields are written once, in `EventBase`. */
const baseOfEvents = ['Message', 'Event']
const scalars: Record<string, string> = {
  string: 'string',
  Date: 'string',
  int: 'number',
  long: 'number',
  double: 'number',
  boolean: 'boolean',
  object: 'Record<string, unknown>',
  containers: 'Record<string, unknown>',
  void: 'null',
  binary: 'unknown',
}

function typeOf(name: string): string {
  const list = /^List\[(.+)\]$/.exec(name)
  if (list?.[1] !== undefined) return `readonly ${typeOf(list[1])}[]`
  return scalars[name] ?? name
}

const quoted = (values: readonly string[]): string[] => values.map((value) => `'${value.replaceAll("'", "\\'")}'`)

function valueType(type: string, allowed: Property['allowableValues']): string {
  if (allowed?.valueType === 'LIST' && allowed.values !== undefined) return quoted(allowed.values).join(' | ')
  return typeOf(type)
}

const comment = (text: string | undefined, indent = ''): string => {
  const line = (text ?? '').replaceAll(/\s+/g, ' ').replaceAll('*/', '*\\/').trim()
  return line === '' ? '' : `${indent}/** ${line} */\n`
}

function fields(model: Model): string {
  return Object.entries(model.properties)
    .map(([name, p]) => {
      const mark = p.required ? '' : '?'
      return `${comment(p.description, '  ')}  readonly ${name}${mark}: ${valueType(p.type, p.allowableValues)}\n`
    })
    .join('')
}

function modelText(name: string, model: Model, isEvent: boolean): string {
  const head = isEvent
    ? `export type ${name} = EventBase & {\n  readonly type: '${name}'\n`
    : `export type ${name} = {\n`
  return `${comment(model.description)}${head}${fields(model)}}\n`
}

/** The properties without which an event is malformed, with what `typeof` must say of each. */
function requiredText(events: readonly string[], models: Docs['models']): string {
  const rows = events.map((name) => {
    const required = Object.entries(models[name]?.properties ?? {}).filter(([, p]) => p.required)
    const cells = required.map(([key, p]) => `${key}: '${shapeOf(p.type)}'`)
    return `  ${name}: { ${cells.join(', ')} },`.replace('{  }', '{}')
  })
  return `export const eventShapes: Readonly<Record<EventType, Readonly<Record<string, Shape>>>> = {\n${rows.join('\n')}\n}\n`
}

function shapeOf(type: string): string {
  if (type.startsWith('List[')) return 'list'
  const scalar = scalars[type]
  return scalar === 'string' || scalar === 'number' || scalar === 'boolean' ? scalar : 'object'
}

function argsText(operation: Operation): string {
  const cells = operation.parameters.map((p) => {
    const one = p.paramType === 'body' ? 'unknown' : valueType(p.dataType, p.allowableValues)
    const type = p.allowMultiple ? `${one} | readonly (${one})[]` : one
    return p.required ? `${p.name}: ${type}` : `${p.name}?: ${type} | undefined`
  })
  return cells.length === 0 ? '{}' : `{ ${cells.join('; ')} }`
}

function operationText(operation: Operation): string {
  const named = (kind: string): string =>
    `[${quoted(operation.parameters.filter((p) => p.paramType === kind).map((p) => p.name)).join(', ')}]`
  // A parameter of type `containers` is one key of the body; any other body parameter is the body itself.
  const body = operation.parameters.find((p) => p.paramType === 'body')
  const bodyText =
    body === undefined ? '' : `, body: { name: '${body.name}', whole: ${body.dataType !== 'containers'} }`
  return `  '${operation.name}': { method: '${operation.method}', path: '${operation.path}', since: '${operation.since}', query: ${named('query')}${bodyText} },`
}

function render(docs: Docs): string {
  const events = docs.models.Event?.subTypes ?? []
  const plain = Object.keys(docs.models).filter((name) => !events.includes(name) && name !== 'Event')
  const base = baseOfEvents.flatMap((name) => Object.entries(docs.models[name]?.properties ?? {}))
  const baseFields = fields({ properties: Object.fromEntries(base.filter(([name]) => name !== 'type')) })
  return [
    `// Made by scripts/generate-ari-types.ts from Asterisk ${docs.asterisk}, ARI ${docs.ari}. Do not edit.\n`,
    `export const madeFrom = { asterisk: '${docs.asterisk}', ari: '${docs.ari}' } as const\n`,
    ...plain.map((name) => modelText(name, docs.models[name] as Model, false)),
    `/** What every event has besides its type. */\nexport type EventBase = {\n${baseFields}}\n`,
    ...events.map((name) => modelText(name, docs.models[name] as Model, true)),
    `export type AriEvent =\n${events.map((name) => `  | ${name}`).join('\n')}\n`,
    `export type EventType = AriEvent['type']\n`,
    `export type Shape = 'string' | 'number' | 'boolean' | 'list' | 'object'\n`,
    `/** What must be there, by event; nothing else is checked of an event before it is passed on. */\n${requiredText(events, docs.models)}`,
    `/** How each operation is put on the wire. \`since\`: the first version that has it. */\nexport const operations = {\n${docs.operations.map(operationText).join('\n')}\n} as const satisfies Record<string, OperationDescription>\n`,
    `export type OperationDescription = {\n  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'\n  readonly path: string\n  readonly since: string\n  readonly query: readonly string[]\n  readonly body?: { readonly name: string; readonly whole: boolean }\n}\nexport type OperationName = keyof typeof operations\n`,
    `/** Parameters of each operation, whether they go into the path, the query or the body. */\nexport type OperationArgs = {\n${docs.operations.map((o) => `  '${o.name}': ${argsText(o)}`).join('\n')}\n}\n`,
    `/** What a 2xx answer of each operation holds. */\nexport type OperationAnswers = {\n${docs.operations.map((o) => `  '${o.name}': ${typeOf(o.answers)}`).join('\n')}\n}\n`,
  ].join('\n')
}

function main(args: readonly string[]): number {
  const check = args.includes('--check')
  const root = args.find((arg) => !arg.startsWith('--'))
  if (root === undefined) {
    stderr.write('usage: generate-ari-types.ts [--check] ROOT\n')
    return 2
  }
  const text = render(readDocs(root))
  if (!check) {
    writeFileSync(target, text)
    stdout.write(`written: ${target}\n`)
    return 0
  }
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return 0
  stderr.write('generated/ari.ts is not what this Asterisk describes: run scripts/generate-ari-types.ts\n')
  return 1
}

exit(main(argv.slice(2)))
