/** Gives the contract suite a real Asterisk with the suite's own configuration (see contract-asterisk.ts). */
import type { TestProject } from 'vitest/node'
import { type Asterisk, startAsterisk } from '../../scripts/lib/asterisk.ts'
import { privateRoot } from '../../scripts/lib/locate-root.ts'
import { contractLogin, startContractAsterisk } from './contract-asterisk.ts'
import { freePorts, temporaryDir } from './temporary.ts'

export type ContractServices = {
  readonly ariUrl: string
  readonly user: string
  readonly password: string
  readonly sipPort: number
  /** State folder of the server; `<dir>/run/asterisk.ctl` is its console. */
  readonly dir: string
}

declare module 'vitest' {
  interface ProvidedContext {
    contractServices: ContractServices
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { dir, remove } = temporaryDir('contract')
  const [http = 0, sip = 0] = await freePorts(2)
  const asterisk = await startContractAsterisk(start, dir, { http, sip, rtpFrom: 21_600, rtpTo: 21_799 })
  project.provide('contractServices', {
    ariUrl: `http://127.0.0.1:${http}`,
    ...contractLogin,
    sipPort: sip,
    dir,
  })
  return async () => {
    await asterisk.stop()
    remove()
  }
}

/** From the private root, or (TEST_STACK=containers) from the image of docker-compose.yml. */
async function start(how: { dir: string; etc: string; name: string }): Promise<Asterisk> {
  if (process.env['TEST_STACK'] !== 'containers') return startAsterisk({ root: privateRoot(), ...how })
  const { startAsteriskContainer } = await import('./containers.ts')
  return startAsteriskContainer(how)
}
