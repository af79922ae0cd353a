import { expect, test } from 'vitest'
import { roles } from '../../../src/access/core/index.ts'
import type { AgentId } from '../../../src/kernel/index.ts'
import { mayHear, readFrame } from '../../../src/realtime/core/index.ts'

const [amina, bolin] = ['1001', '1002'] as AgentId[] as [AgentId, AgentId]

test('an agent’s screen is heard by that agent and by no role besides', () => {
  for (const role of roles) {
    expect(mayHear({ staff: bolin, roles: [role] }, { topic: 'agent', agent: amina }), role).toBe(false)
    const isDesk = ['agent', 'shiftLeader', 'callbackStaff'].includes(role)
    expect(mayHear({ staff: amina, roles: [role] }, { topic: 'agent', agent: amina }), role).toBe(isDesk)
  }
  expect(mayHear({ staff: bolin, roles: [...roles] }, { topic: 'agent', agent: amina })).toBe(false)
})

test('the hall is heard by who may watch it', () => {
  expect(roles.filter((role) => mayHear({ staff: amina, roles: [role] }, { topic: 'hall' }))).toEqual([
    'shiftLeader',
    'workforcePlanner',
    'supervisor',
  ])
})

const id = '0190a000-0000-7000-8000-00000000000a'
test.for([
  ['{"type":"ping"}', { type: 'ping' }],
  [
    `{"type":"command","id":"${id.toUpperCase()}","call":"c1","command":{"name":"hold"}}`,
    { type: 'command', id, call: 'c1', command: { name: 'hold' } },
  ],
])('%s is read', ([text, frame]) => {
  expect(readFrame(text as string)).toEqual({ ok: true, value: frame })
})

test.for([
  ['{"type":"command","id":"x","command":{"name":"hold"}}', '/id'],
  [`{"type":"command","id":"${id}","command":{"name":"sendDigits","digits":"x"}}`, '/command/digits'],
  [`{"type":"command","id":"${id}","command":{"name":"consult","party":{"kind":"line"}}}`, '/command/party'],
  [`{"type":"command","id":"${id}","command":{"name":"notReady","reason":"missed"}}`, '/command/reason'],
])('%s is wrong at %s', ([text, where]) => {
  const read = readFrame(text as string)
  expect(read).toMatchObject({ ok: false, refusal: 'malformedFrame' })
  expect(!read.ok && read.detail).toContain(where)
})
