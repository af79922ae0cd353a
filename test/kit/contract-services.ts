/** Gives the contract suite a real Asterisk with the suite's own configuration, and one to call (see contract-asterisk.ts). */
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type Asterisk, startAsterisk } from '../../scripts/lib/asterisk.ts'
import { privateRoot } from '../../scripts/lib/locate-root.ts'
import { contractLogin, startContractAsterisk } from './contract-asterisk.ts'
import { freePorts, temporaryDir } from './temporary.ts'

export type ContractServices = {
  readonly ariUrl: string
  /** ARI of the outside world. */
  readonly farAriUrl: string
  readonly user: string
  readonly password: string
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
  const [http = 0, sip = 0, farHttp = 0, farSip = 0] = await freePorts(4)
  const servers: Asterisk[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()))
    remove()
  }
  const near = join(dir, 'near')
  try {
    const ports = { http, sip, peerSip: farSip, rtpFrom: 21_600, rtpTo: 21_699 }
    servers.push(await startContractAsterisk(start, near, ports))
    const farPorts = { http: farHttp, sip: farSip, peerSip: sip, rtpFrom: 21_700, rtpTo: 21_799 }
    servers.push(await startContractAsterisk(start, join(dir, 'far'), farPorts))
  } catch (error) {
    await stop()
    throw error
  }
  project.provide('contractServices', {
    ariUrl: `http://127.0.0.1:${http}`,
    farAriUrl: `http://127.0.0.1:${farHttp}`,
    ...contractLogin,
    dir: near,
  })
  return stop
}

/** From the private root, or (TEST_STACK=containers) from the image of docker-compose.yml. */
async function start(how: { dir: string; etc: string; name: string }): Promise<Asterisk> {
  if (process.env['TEST_STACK'] !== 'containers') return startAsterisk({ root: privateRoot(), ...how })
  const { startAsteriskContainer } = await import('./containers.ts')
  return startAsteriskContainer(how)
}
