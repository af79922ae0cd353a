/**
 * The system of docker-compose.yml, brought up for real: its images built, a call made through its published ports, and
 * everything taken down. Runs where a Docker engine answers.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { privateRoot } from '../../scripts/lib/locate-root.ts'
import { type AgentClient, line, signIn } from '../kit/agent-client.ts'
import { printed, run, whyNoEngine } from '../kit/docker.ts'
import { freePorts, temporaryDir } from '../kit/temporary.ts'
import { type OutsideAsterisk, startOutside } from '../outside/outside-asterisk.ts'
import { enterWorld, type Phone, type World } from '../outside/world.ts'
import { roles } from './street.ts'
import { bringUp, outsideSipPort, remainsOf, type System } from './system.ts'

const why = await whyNoEngine()
if (why) console.warn(`The compose system is not tested: ${why}.`)
const long = 120_000

describe.skipIf(why !== undefined)('the system of docker-compose.yml', () => {
  const outsideDir = temporaryDir('outside')
  let system: System
  let outside: OutsideAsterisk | undefined
  let world: World
  let phone: Phone
  let desk: AgentClient
  let firstTicket = ''

  beforeAll(async () => {
    system = await bringUp()
    const [ariPort = 0] = await freePorts(1)
    outside = await startOutside({
      ...{ root: privateRoot(), dir: outsideDir.dir, name: 'outside', ariPort, roles },
      sipPort: outsideSipPort,
      rtpPorts: [26_600, 26_699],
      hotline: system.hotline,
    })
    world = await enterWorld(outside.address)
  })

  afterAll(async () => {
    await world?.leave().catch(console.error)
    await outside?.asterisk.stop()
    outsideDir.remove()
    await system?.takeDown()
    if (system) expect(await remainsOf(system.name)).toEqual([])
  })

  it('runs nothing as root', async () => {
    const ours = ['rescue', 'switchboard', 'standby', 'worker', 'api']
    for (const service of ['postgres', 'redis', 'telephony', 'asterisk', ...ours]) {
      expect(await system.compose('exec', '-T', service, 'id', '-u'), service).not.toBe('0\n')
    }
  })

  it('lets nobody but the switchboard reach ARI', async () => {
    const ask = `fetch('http://ADDRESS:8088/ari/asterisk/info').then(({ status }) => console.log(status), ({ cause }) => console.log(cause.code))`
    const from = (service: string, address: string) =>
      system.compose('exec', '-T', service, 'node', '-e', ask.replace('ADDRESS', address))
    expect(await from('switchboard', '127.0.0.1')).toBe('401\n')
    expect(await from('api', 'switchboard')).toBe('ECONNREFUSED\n')
    expect(await from('worker', 'switchboard')).toBe('ECONNREFUSED\n')
  })

  it('knows the phone of a seat', { timeout: long }, async () => {
    phone = await world.phone('li', { seat: '8001', secret: system.seats['8001'] ?? '' })
    const password = system.logins['1001'] ?? ''
    desk = await signIn({ apiUrl: system.apiUrl, staff: '1001', password, seat: '8001' })
    await desk.until('a reachable phone', (view) => view.phone === 'reachable', 20_000)
  })

  it('carries a call: answered, 12315 consulted and joined, the agent leaves, a ticket', {
    timeout: long,
  }, async () => {
    const partner = world.answerer('market', '12315')
    const caller = await world.call('wang', { to: '12345', number: '13800138000' })
    await caller.talks()
    await caller.hearsMusic()
    await desk.ready()
    const { call, ticket } = await desk.untilCall('talking', 20_000)
    firstTicket = ticket
    await Promise.all([caller.hearsOnly(phone), phone.hearsOnly(caller)])
    await desk.writeTicket(ticket, { title: '菜场短斤少两' })

    await desk.consult(line('12315'))
    // The line is told the ticket's number first, digit by digit.
    await Promise.all([phone.hears(partner, 30_000), partner.hears(phone, 30_000), caller.hearsMusic()])
    await desk.join()
    await Promise.all([
      caller.hearsOnly(phone, partner),
      phone.hearsOnly(caller, partner),
      partner.hearsOnly(caller, phone),
    ])
    await desk.leave()
    await Promise.all([caller.hearsOnly(partner), partner.hearsOnly(caller)])
    await caller.hangUp()
    await partner.gone()
    await desk.endWrapUp()

    const record = await untilTicket(ticket, ({ state }) => state === 'REGISTERED')
    expect(record).toMatchObject({ title: '菜场短斤少两', registrar: '1001' })
    expect(JSON.stringify(record)).toContain(call)
  })

  it('lets two people talk on while the switchboard is replaced', { timeout: long }, async () => {
    await desk.ready()
    const caller = await world.call('zhang', { to: '12345', number: '13900139000' })
    const { ticket } = await desk.untilCall('talking', 20_000)
    await Promise.all([caller.hearsOnly(phone), phone.hearsOnly(caller)])
    const from = Date.now()
    await system.compose('kill', 'switchboard')
    await system.compose('up', '--detach', '--wait', 'switchboard')
    expect(caller.heardMs(phone, from) / (Date.now() - from)).toBeGreaterThan(0.9)
    await desk.untilCall('talking', 20_000)
    await desk.hangUp()
    await caller.gone()
    await desk.endWrapUp()
    await untilTicket(ticket, ({ state }) => state === 'REGISTERED')
  })

  it('ends an Asterisk that hangs and starts it again: who was cut is to be called back, the next caller is answered', {
    timeout: 2 * long,
  }, async () => {
    await desk.ready()
    const caller = await world.call('zhao', { to: '12345', number: '13800139000' })
    await desk.untilCall('talking', 20_000)
    await Promise.all([caller.hearsOnly(phone), phone.hearsOnly(caller)])
    await system.compose('exec', '-T', 'asterisk', 'sh', '-c', 'kill -STOP "$(cat /run/asterisk/asterisk.pid)"')
    await Promise.all([caller.hangUp(), phone.hangUp()])
    await desk.until(
      'ready, with a phone',
      ({ status, phone: is }) => status.state === 'ready' && is === 'reachable',
      1.5 * long,
    )
    const { callbacks } = await desk.request<{ callbacks: object[] }>('GET', '/v1/callbacks?state=open')
    expect(callbacks).toMatchObject([{ number: '13800139000', cut: 'talking' }])
    const next = await world.call('qian', { to: '12345', number: '13900138000' })
    await Promise.all([next.hears(phone, 30_000), phone.hears(next, 30_000)])
    const { ticket } = await desk.untilCall('talking', 20_000)
    await next.hangUp()
    await next.gone()
    await desk.endWrapUp()
    await untilTicket(ticket, ({ state }) => state === 'REGISTERED')
  })

  it('writes no secret and no full number of a caller into its logs', async () => {
    const logs = await system.compose('logs', '--no-color')
    expect(logs).not.toMatch(/13[89]0013[89]000/)
    const { out } = await run(['find', system.dir, '-type', 'f', '-path', '*/secrets/*'])
    const secrets = out.split('\n').filter((path) => path !== '')
    expect(secrets.length).toBeGreaterThan(5)
    for (const path of secrets) {
      const { out: value } = await run(['cat', path])
      expect(logs).not.toContain(value.trim())
    }
  })

  it('is backed up while it runs, and made anew from the file where nothing is left of it', {
    timeout: 2 * long,
  }, async () => {
    const folder = temporaryDir('compose-backup')
    const before = await desk.request<object>('GET', `/v1/tickets/${firstTicket}`)
    const contentsBefore = await contents()
    const secretsBefore = await printed(['sh', '-c', `cd ${system.dir} && sha256sum secrets/*/* demo/*`])
    const backup = await system.script('compose-backup', folder.dir)
    expect(backup).toMatchObject({ code: 0, complaint: '' })
    const file = backup.out.trim().split('\n').at(-1) ?? ''
    const beside = await system.script('compose-restore', file)
    expect([beside.code, beside.complaint]).toEqual([1, expect.stringContaining('there is a system of the name')])

    await system.compose('down', '--volumes', '--timeout', '20')
    await printed(['rm', '-r', `${system.dir}/secrets`, `${system.dir}/demo`])
    const restored = await system.script('compose-restore', file)
    expect(restored).toMatchObject({ code: 0, complaint: '' })
    folder.remove()
    expect(await printed(['sh', '-c', `cd ${system.dir} && sha256sum secrets/*/* demo/*`])).toBe(secretsBefore)
    await system.compose('up', '--detach', '--wait', '--wait-timeout', '120')

    const password = system.logins['1001'] ?? ''
    desk = await signIn({ apiUrl: system.apiUrl, staff: '1001', password, seat: '8001' })
    expect(await desk.request('GET', `/v1/tickets/${firstTicket}`)).toEqual(before)
    expect(await contents()).toBe(contentsBefore)
  })

  /** Of what people wrote and rely on, one line a table. */
  const contents = () => {
    const tables = [
      'staff',
      'staff_roles',
      'seats',
      'queues',
      'numbers',
      'partner_lines',
      'calls',
      'legs',
      'tickets',
      'callbacks',
    ]
    const digests = tables.map(
      (table) => `select '${table}', count(*), md5(string_agg(t::text, ' ' order by t::text)) from ${table} t`,
    )
    const psql = ['psql', '--username=postgres', '--dbname=hotline', '--no-align', '--tuples-only']
    return system.compose('exec', '-T', 'postgres', ...psql, '--command', digests.join(' union all '))
  }

  async function untilTicket(ticket: string, fits: (record: { state: string }) => boolean) {
    const deadline = Date.now() + 20_000
    for (;;) {
      const record = await desk.request<{ state: string }>('GET', `/v1/tickets/${ticket}`).catch(() => undefined)
      if (record && fits(record)) return record
      if (Date.now() > deadline) throw new Error(`the ticket is ${JSON.stringify(record)}`)
      await new Promise((resolve) => setTimeout(resolve, 200)) // the api tells nobody when a row has come
    }
  }
})
