import { expect, test } from 'vitest'
import { hashPassword, verifyPassword } from '../../../src/access/password.ts'

test('a hash is argon2id with 19 MiB and two passes, salted, and right for its password only', async () => {
  const [one, two] = await Promise.all([hashPassword('one and only'), hashPassword('one and only')])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(one).not.toBe(two)
  expect(await verifyPassword('one and only', one)).toBe(true)
  expect(await verifyPassword('One and only', one)).toBe(false)
})

test('a hash that another program made is understood', async () => {
  // RFC 9106 has no password test; this is libargon2's: password "password", salt "somesalt", t=2, m=64 MiB, p=1
  const known = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  expect(await verifyPassword('password', known)).toBe(true)
})

test.for([null, '', 'plain', '$argon2id$v=19$m=99999999,t=1,p=1$x$y', '$2b$10$abcdefghijklmnopqrstuv'])(
  'what is no hash of ours (%s) is never right',
  async (hash) => {
    expect(await verifyPassword('', hash)).toBe(false)
  },
)

test('the same characters typed in another way are the same password', async () => {
  expect(await verifyPassword('ｃａｆé 12345', await hashPassword('cafe\u0301 12345'))).toBe(true)
})

test('somebody who does not exist costs the same time', async () => {
  const hash = await hashPassword('one and only')
  const cpuOf = async (known: string | null) => {
    const before = process.cpuUsage()
    for (let n = 0; n < 10; n++) await verifyPassword('wrong', known)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  await cpuOf(hash)
  const ratio = (await cpuOf(hash)) / (await cpuOf(null))
  expect(ratio).toBeGreaterThan(0.5)
  expect(ratio).toBeLessThan(2)
})
