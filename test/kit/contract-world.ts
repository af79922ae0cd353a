/** The two worlds in which the contract suite runs: the real Asterisk and the fake. Each behind a link that can be cut. */
import { join } from 'node:path'
import { inject } from 'vitest'
import { askConsole } from '../../scripts/lib/asterisk.ts'
import { openBluntPhone } from './blunt-phone.ts'
import { type CutLink, openCutLink } from './cut-link.ts'
import { startFakeAsterisk, type Temper } from './fake-asterisk.ts'

/** `presses`: answers and then sends 1 2 #. A number: refuses with that SIP status. */
export type FarTemper = 'answers' | 'answersAndHangsUp' | 'presses' | 'rings' | 'silent' | number

export type FarCaller = { hangUp(): Promise<void> }

export type ContractWorld = {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly link: CutLink
  /** What to dial for a phone that behaves so. */
  phone(temper: FarTemper): string
  /** Dials a phone that has registered nowhere. */
  readonly nobody: string
  /** Somebody calls 12345; the call enters the application `switchboard`. Tell it by the number. */
  call(number: string, does?: 'talks' | 'presses'): Promise<FarCaller>
  /** As after a crash, with all calls gone; resolves when Asterisk answers again. */
  restart(): Promise<void>
  close(): Promise<void>
}

export async function openRealWorld(): Promise<ContractWorld> {
  const { ariUrl, farAriUrl, user, password, dir } = inject('contractServices')
  const link = await openCutLink(ariUrl)
  const blunt = await openBluntPhone()
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const ask = async (url: string, method: string, path: string): Promise<Response> =>
    fetch(`${url}/ari${path}`, { method, headers: { authorization } })
  let serial = 0
  return {
    url: link.url,
    user,
    password,
    link,
    nobody: 'PJSIP/away',
    phone: (temper) =>
      typeof temper === 'number' ? `PJSIP/peer/sip:${temper}@127.0.0.1:${blunt.port}` : `PJSIP/${temper}@peer`,
    call: async (number, does = 'talks') => {
      const id = `far-${process.pid}-${Date.now()}-${++serial}`
      const query = new URLSearchParams({
        endpoint: 'PJSIP/12345@peer',
        context: 'caller',
        extension: does,
        priority: '1',
        callerId: number,
      })
      const made = await ask(farAriUrl, 'POST', `/channels/${id}?${query.toString()}`)
      if (!made.ok) throw new Error(`the caller could not call: ${made.status}`)
      return {
        hangUp: async () => {
          await ask(farAriUrl, 'DELETE', `/channels/${id}`)
        },
      }
    },
    restart: async () => {
      const startedAt = async (): Promise<string> => {
        const info = (await (await ask(ariUrl, 'GET', '/asterisk/info')).json()) as { status: { startup_time: string } }
        return info.status.startup_time
      }
      const before = await startedAt()
      const console = join(dir, 'run/asterisk.ctl')
      await askConsole(console, 'core restart now').catch(() => '')
      for (;;) {
        if ((await startedAt().catch(() => before)) !== before) break
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      await askConsole(console, 'core waitfullybooted')
    },
    close: async () => {
      await Promise.all([link.close(), blunt.close()])
    },
  }
}

export async function openFakeWorld(): Promise<ContractWorld> {
  const fake = await startFakeAsterisk({ mediaMs: (uri) => (uri.endsWith('nosuch') ? undefined : 1_000) })
  const link = await openCutLink(fake.url)
  fake.addPhone('peer', temperOf)
  fake.addPhone('away').unregister()
  return {
    ...fake.login,
    url: link.url,
    link,
    nobody: 'PJSIP/away',
    phone: (temper) => (typeof temper === 'number' ? `PJSIP/peer/sip:${temper}@127.0.0.1` : `PJSIP/${temper}@peer`),
    call: async (number, does = 'talks') => {
      const caller = fake.inboundCall({ number })
      if (does === 'presses') void caller.answered.then(() => setTimeout(() => caller.press('12#'), 300))
      return {
        hangUp: async () => {
          caller.hangUp()
        },
      }
    },
    restart: () => fake.restart(),
    close: async () => {
      await link.close()
      await fake.stop()
    },
  }
}

function temperOf(user: string): Temper {
  const status = Number(user)
  if (Number.isInteger(status)) return { refuses: status }
  if (user === 'answers' || user === 'rings' || user === 'silent') return user
  return {
    does: (leg) => {
      leg.answer()
      if (user === 'presses') setTimeout(() => leg.press('12#'), 300)
      else setTimeout(() => leg.hangUp(), 500)
    },
  }
}

export const worlds = [
  { world: 'real Asterisk', open: openRealWorld },
  { world: 'fake', open: openFakeWorld },
] as const
