/** Reads Asterisk's own description of its REST interface (Swagger 1.1, one JSON file a resource). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Property = {
  readonly type: string
  readonly required?: boolean
  readonly description?: string
  readonly allowableValues?: { readonly valueType: string; readonly values?: readonly string[] }
}
export type Model = {
  readonly description?: string
  readonly properties: Readonly<Record<string, Property>>
  readonly subTypes?: readonly string[]
}
export type Parameter = {
  readonly name: string
  readonly paramType: 'path' | 'query' | 'body'
  readonly dataType: string
  readonly required?: boolean
  readonly allowMultiple?: boolean
  readonly allowableValues?: Property['allowableValues']
}
export type Operation = {
  /** `resource.nickname`, for nicknames such as `get` occur in several resources. */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly since: string
  readonly parameters: readonly Parameter[]
  readonly answers: string
}
export type Docs = {
  readonly asterisk: string
  readonly ari: string
  readonly models: Readonly<Record<string, Model>>
  readonly operations: readonly Operation[]
}

type ApiFile = {
  readonly apiVersion: string
  readonly models?: Readonly<Record<string, Model>>
  readonly apis?: readonly {
    readonly path: string
    readonly operations?: readonly {
      readonly httpMethod: string
      readonly nickname: string
      readonly since?: readonly string[]
      readonly responseClass: string
      readonly parameters?: readonly Parameter[]
    }[]
  }[]
}

/** `root`: where an Asterisk is installed, or the folder of the JSON files. Throws when there are none. */
export function readDocs(root: string): Docs {
  const installed = join(root, 'usr/share/asterisk/rest-api')
  const folder = existsSync(installed) ? installed : root
  const names = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'resources.json')
  if (names.length === 0) throw new Error(`no interface description in ${folder}`)
  const files = names.sort().map((name) => ({
    resource: name.slice(0, -'.json'.length),
    api: JSON.parse(readFileSync(join(folder, name), 'utf8')) as ApiFile,
  }))
  return {
    asterisk: versionOf(root),
    ari: (JSON.parse(readFileSync(join(folder, 'resources.json'), 'utf8')) as ApiFile).apiVersion,
    models: Object.assign({}, ...files.map((file) => file.api.models ?? {})) as Record<string, Model>,
    operations: files.flatMap(({ resource, api }) => operationsOf(resource, api)),
  }
}

function operationsOf(resource: string, api: ApiFile): Operation[] {
  return (api.apis ?? []).flatMap(({ path, operations = [] }) =>
    operations.map((operation) => ({
      name: `${resource}.${operation.nickname}`,
      method: operation.httpMethod,
      path,
      since: operation.since?.[0] ?? '',
      parameters: operation.parameters ?? [],
      answers: operation.responseClass,
    })),
  )
}

/** The package's version without epoch and packaging, `22.10.1`; `unknown` where no package says it. */
function versionOf(root: string): string {
  const status = join(root, 'var/lib/dpkg/status')
  if (!existsSync(status)) return 'unknown'
  const entry = /^Package: asterisk\n(?:.+\n)*?Version: (?:\d+:)?([\d.]+)/m.exec(readFileSync(status, 'utf8'))
  return entry?.[1] ?? 'unknown'
}
