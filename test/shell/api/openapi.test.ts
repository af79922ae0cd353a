import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { permissions } from '../../../src/access/core/index.ts'
import { sentFrames, takenFrames } from '../../../src/realtime/core/index.ts'
import { type ApiStack, startApiStack } from './api-stack.ts'

type Operation = {
  operationId?: string
  summary?: string
  tags?: string[]
  responses: Record<string, { description?: string; content?: Record<string, { schema: { properties?: object } }> }>
  'x-permission'?: string
  security?: object[]
  requestBody?: object
  parameters?: { name: string; in: string }[]
}
type Document = { openapi: string; paths: Record<string, Record<string, Operation>>; components: object }

let api: ApiStack
let document: Document
let operations: { path: string; method: string; operation: Operation }[]
beforeAll(async () => {
  api = await startApiStack()
  document = (await api.app.inject('/v1/openapi.json')).json()
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
})
afterAll(() => api.stop())

test('the document is OpenAPI 3.1 and has every route of the server', () => {
  expect(document.openapi).toBe('3.1.0')
  const listed = new Set(operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`))
  const served = [...routesOf(api.app.printRoutes({ commonPrefix: false }))]
  expect(served.length).toBeGreaterThan(30)
  expect(served.filter((route) => !listed.has(route))).toEqual(['GET /metrics'])
})

test('the document is valid by the schema of OpenAPI 3.1', async () => {
  const validator = new Validator()
  const result = await validator.validate(structuredClone(document))
  expect(result.errors).toBeUndefined()
  expect([result.valid, validator.version]).toEqual([true, '3.1'])
})

test('every operation has a name of its own, a summary, a tag, and a permission that exists', () => {
  const names = operations.map(({ operation }) => operation.operationId)
  expect(new Set(names).size).toBe(operations.length)
  for (const { path, operation } of operations) {
    expect(operation.operationId, path).toMatch(/^[a-z][A-Za-z]+$/)
    expect(operation.summary, path).toBeTruthy()
    expect(operation.tags, path).toHaveLength(1)
    expect(['public', ...permissions], path).toContain(operation['x-permission'])
    if (operation['x-permission'] === 'public') expect(operation.security, path).toEqual([])
  }
})

test('every operation says what it answers: a success with its shape, and each refusal by name', () => {
  for (const { path, method, operation } of operations) {
    const statuses = Object.keys(operation.responses)
    expect(
      statuses.some((status) => Number(status) < 300),
      path,
    ).toBe(true)
    const must = ['400', '429', '500', '503']
    if (operation['x-permission'] !== 'public') must.push('401', '403')
    if (operation.requestBody) must.push('413', '415')
    expect(statuses, `${method} ${path}`).toEqual(expect.arrayContaining(must))
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(response.description, `${path} ${status}`).toBeTruthy()
      if (Number(status) >= 400 && path !== '/health/ready')
        expect(response.content?.['application/problem+json']?.schema.properties, `${path} ${status}`).toHaveProperty(
          'refusal.enum',
        )
    }
    for (const [, name] of path.matchAll(/\{(\w+)\}/g))
      expect(operation.parameters, path).toContainEqual(expect.objectContaining({ name, in: 'path', required: true }))
  }
})

test('every frame of the websocket is among the components, and the route leads to them', () => {
  const { schemas } = document.components as { schemas: Record<string, { oneOf?: { $ref: string }[] }> }
  const framesOf = (name: string) => schemas[name]?.oneOf?.map(({ $ref }) => $ref.split('/').at(-1))
  expect(framesOf('LiveSent')).toEqual(Object.keys(sentFrames))
  expect(framesOf('LiveTaken')).toEqual(Object.keys(takenFrames))
  for (const name of Object.keys({ ...sentFrames, ...takenFrames }))
    expect(schemas[name], name).toHaveProperty('properties.type')
  expect(document.paths['/v1/live']?.['get']).toMatchObject({
    'x-websocket': {
      sent: { $ref: '#/components/schemas/LiveSent' },
      taken: { $ref: '#/components/schemas/LiveTaken' },
    },
  })
})

test('every $ref leads somewhere', () => {
  for (const [, ref] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = ref?.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document)
    expect(target, ref).toBeDefined()
  }
})

/** `printRoutes` draws a tree; a line of it ends in the path and its methods. */
function* routesOf(tree: string): Generator<string> {
  const path: string[] = []
  for (const line of tree.split('\n')) {
    const found = /^([│ ]*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line)
    if (!found) continue
    const [, indent = '', part = '', methods] = found
    const depth = indent.length / 4
    path.length = depth
    path[depth] = part
    const url = path.join('').replace(/:(\w+)/g, '{$1}')
    for (const method of methods?.split(', ') ?? []) yield `${method} ${url}`
  }
}
