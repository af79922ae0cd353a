/** The demo plays with the outside world on real machines: what it leaves there must open nothing. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { privateRoot } from '../../scripts/lib/locate-root.ts'
import { userOf } from '../../scripts/lib/private-root.ts'
import { freePorts, temporaryDir } from '../kit/temporary.ts'
import { startOutside } from '../outside/outside-asterisk.ts'

it('its password is random, read by its own user only, and gone when it stops', async () => {
  const { dir, remove } = temporaryDir('secret')
  const [sipPort = 0, ariPort = 0] = await freePorts(2)
  const hotline = { address: '127.0.0.1', sipPort: 9 }
  const plan = { root: privateRoot(), dir, name: 'secret', sipPort, ariPort, hotline, roles: {} }
  const outside = await startOutside({ ...plan, rtpPorts: [22_400, 22_409] })
  const file = join(dir, 'etc/ari.conf')
  try {
    expect(readFileSync(file, 'utf8')).toContain(`password = ${outside.address.password}\n`)
    expect(outside.address.password).toMatch(/^[\w-]{43}$/)
    for (const [path, mode] of [[file, 0o600] as const, [join(dir, 'etc'), 0o700] as const]) {
      const { uid, mode: has } = statSync(path)
      expect([uid, has & 0o777]).toEqual([userOf('asterisk').uid, mode])
    }
  } finally {
    await outside.asterisk.stop()
  }
  expect(existsSync(file)).toBe(false)
  remove()
})
