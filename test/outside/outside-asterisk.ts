/** Starts an Asterisk of the private root that plays the world around the hotline. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Asterisk, startAsterisk } from '../../scripts/lib/asterisk.ts'

export type OutsidePlan = {
  readonly root: string
  /** Where its configuration and everything it writes lie. */
  readonly dir: string
  readonly name: string
  readonly sipPort: number
  readonly ariPort: number
  readonly rtpPorts: readonly [first: number, last: number]
  /** Loopback address of each role; the hotline tells carrier, phones and partner lines apart by it. */
  readonly roles: Readonly<Record<string, string>>
  readonly hotline: { readonly address: string; readonly sipPort: number }
  /** Of its ARI user; not given: random. Who speaks with two in one process needs one for both: ari-client keeps one a host. */
  readonly password?: string
  /** Folder with files that take the place of those in `config`. */
  readonly insteadOf?: string
}

/** What a test process needs to speak with it; plain data, so that a global set-up can hand it on. */
export type OutsideAddress = {
  readonly ariUrl: string
  readonly password: string
  readonly hotline: { readonly address: string; readonly sipPort: number }
}

export type OutsideAsterisk = { readonly asterisk: Asterisk; readonly address: OutsideAddress }

const templates = join(import.meta.dirname, 'config')

/** Its configuration, with the password in it, is only its own to read, and goes when it stops. */
export async function startOutside(plan: OutsidePlan): Promise<OutsideAsterisk> {
  const { password = randomBytes(32).toString('base64url') } = plan
  const etc = join(plan.dir, 'etc')
  const tidy = () => rmSync(etc, { recursive: true, force: true })
  tidy()
  mkdirSync(etc, { recursive: true, mode: 0o700 })
  const values: Record<string, string> = {
    name: plan.name,
    ariPort: String(plan.ariPort),
    ariPassword: password,
    rtpFirst: String(plan.rtpPorts[0]),
    rtpLast: String(plan.rtpPorts[1]),
    sipPort: String(plan.sipPort),
    hotlineAddress: plan.hotline.address,
    hotlinePort: String(plan.hotline.sipPort),
    roles: Object.entries(plan.roles)
      .map(([role, address]) => roleConfig(role, address, plan.sipPort))
      .join('\n'),
  }
  for (const folder of plan.insteadOf ? [templates, plan.insteadOf] : [templates]) {
    for (const file of readdirSync(folder)) {
      const text = readFileSync(join(folder, file), 'utf8')
      writeFileSync(
        join(etc, file),
        text.replaceAll(/\{\{(\w+)\}\}/g, (hole, name: string) => values[name] ?? hole),
        { mode: 0o600 },
      )
    }
  }
  const asterisk = await startAsterisk({ root: plan.root, dir: plan.dir, etc, name: plan.name }).catch((error) => {
    tidy()
    throw error
  })
  const stop = () => asterisk.stop().finally(tidy)
  const kill = () => asterisk.kill().finally(tidy)
  const address = { ariUrl: `http://127.0.0.1:${plan.ariPort}`, password, hotline: plan.hotline }
  return { asterisk: { ...asterisk, stop, kill }, address }
}

/** A transport on the role's address, and an endpoint that calls from it. */
const roleConfig = (role: string, address: string, port: number) => `
[${role}]
type = transport
protocol = udp
bind = ${address}:${port}

[${role}]
type = endpoint
transport = ${role}
context = from-hotline
disallow = all
allow = alaw
direct_media = no
rtp_symmetric = yes
media_address = ${address}
bind_rtp_to_media_address = yes
send_pai = yes
send_connected_line = no
`
