import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  checkPassword,
  type Failures,
  isAlive,
  may,
  mayTry,
  type Permission,
  permissions,
  roles,
  sessionLimits,
  throttleLimits,
} from '../../../src/access/core/index.ts'
import { toInstant } from '../../../src/kernel/index.ts'

describe('permissions', () => {
  test('the roles are those of the database', () => {
    const migration = readFileSync(join(import.meta.dirname, '../../../migrations/0001-people.sql'), 'utf8')
    const inserted = /insert into roles [^;]+;/.exec(migration)?.[0] ?? ''
    expect([...inserted.matchAll(/\('(\w+)'/g)].map(([, code]) => code)).toEqual([...roles])
  })

  /** Said a second time on purpose: whoever changes the table must change a sentence here too. */
  const who: Record<Permission, string> = {
    'session.own': roles.join(' '),
    'staff.revokeSessions': 'shiftLeader administrator',
    'staff.setPassword': 'administrator',
    'desk.use': 'agent shiftLeader callbackStaff',
    'directory.read':
      'agent shiftLeader intakeReviewer dispatcher coordinator reviewer callbackStaff qualityInspector supervisor',
    'record.readOwn':
      'agent shiftLeader intakeReviewer dispatcher coordinator reviewer callbackStaff qualityInspector supervisor',
    'record.readAll': 'shiftLeader intakeReviewer dispatcher coordinator reviewer qualityInspector supervisor',
    'callback.read': 'agent shiftLeader coordinator callbackStaff supervisor',
    'callback.close': 'agent shiftLeader callbackStaff',
    'live.listen':
      'agent shiftLeader intakeReviewer dispatcher coordinator reviewer callbackStaff qualityInspector supervisor',
    'hall.watch': 'shiftLeader workforcePlanner supervisor',
  }
  test.for(permissions)('%s is for those who are named, and for nobody else', (permission) => {
    expect(roles.filter((role) => may([role], permission)).join(' ')).toBe(who[permission])
  })

  test('no role, and a role that nobody knows, may nothing', () => {
    for (const permission of permissions) {
      expect(may([], permission)).toBe(false)
      expect(may(['root', '__proto__', 'toString'], permission)).toBe(false)
    }
  })

  test('the administrator of the system reads no records and takes no calls', () => {
    for (const permission of ['desk.use', 'record.readOwn', 'record.readAll'] as const)
      expect(may(['administrator'], permission)).toBe(false)
  })
})

describe('passwords', () => {
  test.for([
    ['Aa1!aaaa', 'tooShort'],
    ['Aa1!aaaaaa', 'tooUniform'],
    ['abcdefghij', 'tooFewKinds'],
    ['Abcde10012', 'holdsStaffNumber'],
    ['x'.repeat(129), 'tooLong'],
    ['Abcdefgh12', null],
    ['correct horse battery', null],
    ['政务热线常州一二三四五六七八九十', null],
  ] as const)('%s: %s', ([password, refusal]) => {
    const checked = checkPassword(password, '1001')
    expect(checked.ok ? null : checked.refusal).toBe(refusal)
  })
})

describe('sessions', () => {
  const expiresAt = toInstant(sessionLimits.absoluteMs)
  test.for([
    ['just used', 0, 1, true],
    ['used half an hour ago', 0, sessionLimits.idleMs, false],
    ['used a moment ago, twelve hours old', sessionLimits.absoluteMs - 1, sessionLimits.absoluteMs, false],
    ['used all the time, not yet twelve hours old', sessionLimits.absoluteMs - 2, sessionLimits.absoluteMs - 1, true],
  ] as const)('%s: %s', ([, seenAt, now, alive]) => {
    expect(isAlive({ seenAt: toInstant(seenAt), expiresAt }, toInstant(now))).toBe(alive)
  })
})

describe('wrong passwords', () => {
  const none: Failures = { ofPersonFromSource: 0, fromSource: 0, ofPerson: 0, knownSource: false }
  test.for([
    ['none', {}, true],
    ['four', { ofPersonFromSource: throttleLimits.perPersonAndSource - 1 }, true],
    ['five', { ofPersonFromSource: throttleLimits.perPersonAndSource }, false],
    ['five, at home', { ofPersonFromSource: throttleLimits.perPersonAndSource, knownSource: true }, false],
    ['spraying over people', { fromSource: throttleLimits.perSource }, false],
    ['a flood from everywhere', { ofPerson: throttleLimits.perPerson }, false],
    ['a flood from everywhere, at home', { ofPerson: throttleLimits.perPerson, knownSource: true }, true],
  ] as const)('%s', ([, failures, allowed]) => {
    expect(mayTry({ ...none, ...failures })).toBe(allowed)
  })
})
