/**
 * The services of integration tests from containers instead of the private root (TEST_STACK=containers): the images of
 * docker-compose.yml, so what is tested is what is shipped. The interfaces are those of scripts/lib.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, createWriteStream, mkdirSync, readdirSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Asterisk, askConsole } from '../../scripts/lib/asterisk.ts'
import { lastLines } from '../../scripts/lib/private-root.ts'
import { until } from '../../scripts/lib/readiness.ts'
import { buildImages, printed, runLabel, sweepContainers, whyNoEngine } from './docker.ts'
import type { ShellServices } from './shell-services.ts'

// Read by testcontainers when it is loaded: its clean-up helper is an image that need not be on this machine.
process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
// It would take the bridge's address for the engine's host wherever it believes to be in a container itself.
process.env['TESTCONTAINERS_HOST_OVERRIDE'] ??= '127.0.0.1'
const { GenericContainer, Wait } = await import('testcontainers')

const labels = { [runLabel]: String(process.pid) }
const newPassword = () => randomBytes(32).toString('base64url')
/** Copied in before the start, as compose binds its secret files. */
const secretFile = (name: string, content: string) => ({ content, target: `/run/secrets/${name}`, mode: 0o444 })

async function ready(...services: readonly string[]): Promise<void> {
  const why = await whyNoEngine()
  if (why) throw new Error(`TEST_STACK=containers, but ${why}`)
  await sweepContainers()
  await buildImages(...services)
}

export async function startShellContainers(): Promise<{ services: ShellServices; stop(): Promise<void> }> {
  await ready('postgres', 'redis')
  const [ownerPassword, appPassword, redisPassword] = [newPassword(), newPassword(), newPassword()]
  const [postgres, redis] = await Promise.all([
    new GenericContainer('hotline-12345/postgres')
      .withLabels(labels)
      .withEnvironment({
        HOTLINE_OWNER_DATABASE_PASSWORD_FILE: '/run/secrets/postgres-owner',
        HOTLINE_DATABASE_PASSWORD_FILE: '/run/secrets/postgres-app',
      })
      .withCopyContentToContainer([
        secretFile('postgres-owner', ownerPassword),
        secretFile('postgres-app', appPassword),
      ])
      .withTmpFs({ '/var/lib/postgresql/hotline': 'uid=12001,gid=12001,mode=0700' })
      .withCommand(['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'])
      .withExposedPorts(5432)
      .withWaitStrategy(Wait.forLogMessage('database system is ready to accept connections'))
      .start(),
    new GenericContainer('hotline-12345/redis')
      .withLabels(labels)
      .withEnvironment({ HOTLINE_REDIS_PASSWORD_FILE: '/run/secrets/redis' })
      .withCopyContentToContainer([secretFile('redis', redisPassword)])
      .withExposedPorts(6379)
      .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
      .start(),
  ])
  const database = (role: string) => `postgres://${role}@${postgres.getHost()}:${postgres.getMappedPort(5432)}/hotline`
  return {
    services: {
      ...{ ownerUrl: database('hotline_owner'), ownerPassword },
      ...{ appUrl: database('hotline_app'), appPassword },
      redisUrl: `redis://${redis.getHost()}:${redis.getMappedPort(6379)}`,
      redisPassword,
    },
    async stop() {
      await Promise.all([postgres.stop({ removeVolumes: true }), redis.stop({ removeVolumes: true })])
    },
  }
}

const asteriskUser = 12_003

/**
 * As `startAsterisk` of scripts/lib, on this machine's own network (the configuration names loopback addresses and
 * ports of its own). The console is the same socket, `<dir>/run/asterisk.ctl`.
 */
export async function startAsteriskContainer(how: { dir: string; etc: string; name?: string }): Promise<Asterisk> {
  await ready('asterisk')
  const { dir, etc, name = 'asterisk' } = how
  const logFile = join(dir, 'console.log')
  const own = (part: string, target: string) => {
    const source = join(dir, part)
    mkdirSync(source, { recursive: true, mode: 0o700 })
    chownSync(source, asteriskUser, asteriskUser)
    return { source, target, mode: 'rw' as const }
  }
  giveToAsterisk(etc)
  const container = await new GenericContainer('hotline-12345/asterisk')
    .withLabels(labels)
    .withNetworkMode('host')
    // Asterisk asks for both names on each new call; without an answer at hand calls wait for DNS.
    .withExtraHosts([hostname(), 'A.ROOT-SERVERS.NET'].map((host) => ({ host, ipAddress: '127.0.0.1' })))
    .withBindMounts([
      { source: etc, target: '/etc/asterisk', mode: 'ro' },
      own('run', '/run/asterisk'),
      own('lib', '/var/lib/asterisk'),
      own('spool', '/var/spool/asterisk'),
    ])
    .withLogConsumer(keepIn(logFile))
    .start()
  const id = container.getId()
  const control = join(dir, 'run/asterisk.ctl')
  const exited = printed(['docker', 'wait', id]).then((code) => ({ code: Number(code), signal: null }))
  const booted = async () => (await askConsole(control, 'core waitfullybooted')).includes('fully booted')
  const why = exited.then(({ code }) => `code ${code}; ${lastLines(logFile)}`)
  await until(`Asterisk (${name})`, booted, { withinMs: 60_000, unless: why })
  return {
    name,
    pid: Number(await printed(['docker', 'inspect', '--format', '{{.State.Pid}}', id])),
    logFile,
    logFrom: 0,
    exited,
    cli: (command) => askConsole(control, command),
    async stop() {
      await container.stop({ removeVolumes: true, timeout: 10_000 })
    },
    async kill() {
      await printed(['docker', 'kill', id])
      await exited
    },
  }
}

const keepIn = (file: string) => (stream: NodeJS.ReadableStream) => void stream.pipe(createWriteStream(file))

function giveToAsterisk(path: string): void {
  chownSync(path, asteriskUser, asteriskUser)
  if (!statSync(path).isDirectory()) return
  chmodSync(path, 0o700)
  for (const entry of readdirSync(path)) giveToAsterisk(join(path, entry))
}
