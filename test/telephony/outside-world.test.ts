/** The stories are only as good as the ears that tell them: here the outside world calls a mirror that has no switchboard. */
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { privateRoot } from '../../scripts/lib/locate-root.ts'
import { freePorts, temporaryDir } from '../kit/temporary.ts'
import { type OutsideAsterisk, startOutside } from '../outside/outside-asterisk.ts'
import { makeWatch } from '../outside/watch.ts'
import { enterWorld, type Phone, type World } from '../outside/world.ts'

const { dir, remove } = temporaryDir('ear')
let mirror: OutsideAsterisk
let outside: OutsideAsterisk
let world: World
let li: Phone

beforeAll(async () => {
  const root = privateRoot()
  const [mirrorSip = 0, mirrorAri = 0, sipPort = 0, ariPort = 0] = await freePorts(4)
  const hotline = { address: '127.0.0.1', sipPort: mirrorSip }
  const roles = { carrier: '127.0.0.2', phones: '127.0.0.3' }
  ;[mirror, outside] = await Promise.all([
    startOutside({
      ...{ root, dir: join(dir, 'mirror'), name: 'mirror', sipPort: mirrorSip, ariPort: mirrorAri, hotline },
      ...{ roles: {}, rtpPorts: [22_000, 22_199], insteadOf: join(import.meta.dirname, '../outside/mirror') },
    }),
    startOutside({
      ...{ root, dir: join(dir, 'outside'), name: 'outside', sipPort, ariPort, hotline },
      ...{ roles, rtpPorts: [22_200, 22_399] },
    }),
  ])
  world = await enterWorld(outside.address)
  li = await world.phone('li', { seat: '8001', secret: 'mirror-8001' })
  await registered('seat-8001')
})

afterEach(() => world.endStory())

afterAll(async () => {
  await world.leave()
  await Promise.all([mirror.asterisk.stop(), outside.asterisk.stop()])
  remove()
})

/** The mirror's console is asked again at each tick, for it tells nobody of itself. */
async function registered(aor: string): Promise<void> {
  const watch = makeWatch()
  let contacts = ''
  const look = setInterval(async () => {
    contacts = await mirror.asterisk.cli('pjsip show contacts')
    watch.poke()
  }, 100)
  await watch.until(
    () => contacts.includes(`${aor}/`),
    10_000,
    () => `${aor} does not register: ${contacts}`,
  )
  clearInterval(look)
}

it('two parties hear each other, and neither itself', async () => {
  const wang = await world.call('wang', { to: '100', number: '13912345678', callerName: '王芳' })
  expect(await li.called()).toMatchObject({ callerNumber: '13912345678', callerName: '王芳' })
  await Promise.all([wang.hearsOnly(li), li.hearsOnly(wang)])
  await wang.press('12#')
  await li.getsKeys('12#')
  await li.hearsOnly(wang)
  expect(wang.heard.map(({ who }) => who)).not.toContain('wang')
  await wang.hangUp()
  expect(await li.gone()).toMatchObject({ cause: 16 })
  await li.hearsSilence()
})

it('three in a room hear the two others, each by name', async () => {
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => world.call(name, { to: '200' })))
  if (!a || !b || !c) throw new Error('unreachable')
  await Promise.all([a.hearsOnly(b, c), b.hearsOnly(a, c), c.hearsOnly(a, b)])
  await b.hangUp()
  await Promise.all([a.hearsOnly(c), c.hearsOnly(a)])
})

it('who hears nobody says so, and a wait for a voice that does not come fails', async () => {
  const alone = await world.call('alone', { to: '200' })
  await alone.hearsSilence()
  await expect(alone.hears(li, 1_500)).rejects.toThrow('alone should hear li, but heard nothing')
})

it('a phone rejects, and the caller is told', async () => {
  li.manner = { on: 'reject', with: 486 }
  const wang = await world.call('wang', { to: '100' })
  expect(await wang.refusedWith()).toBe(486)
})

it('a REFER that is declined does not disturb the call', async () => {
  const wang = await world.call('wang', { to: '100' })
  await wang.hears(li)
  expect(await li.refer(`sip:200@127.0.0.1:${outside.address.hotline.sipPort}`)).toEqual({
    status: 'FAILURE',
    sip: 603,
  })
  await Promise.all([wang.hearsOnly(li), li.hearsOnly(wang)])
})
