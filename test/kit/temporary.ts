import { randomInt } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'hl-'

/** A new folder for one run of tests; `remove` deletes it. What killed runs have left behind is swept first. */
export function temporaryDir(kind: string): { dir: string; remove(): void } {
  sweep()
  const dir = mkdtempSync(join(tmpdir(), `${prefix}${kind}-${process.pid}-`))
  // Servers run as users of their own and must reach their folders in it.
  chmodSync(dir, 0o711)
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}[a-z]+-(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || lives(Number(pid))) continue
    rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** 0 or 1: which of two runs beside each other this one is (`HOTLINE_TEST_BESIDE`, by scripts/test). They share no port. */
export const runBeside = process.env['HOTLINE_TEST_BESIDE'] === '1' ? 1 : 0

const PORTS_OF_A_RUN = 4_384

/**
 * Ports of loopback that nobody listens on now, all different. They lie below those that Linux gives to outgoing connections
 * (32768 and more): a server that is not there yet, or is away for a test, does not find its port taken by somebody's connection.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = new Map<number, Server>()
  const first = 24_000 + runBeside * PORTS_OF_A_RUN
  while (servers.size < count) {
    const port = randomInt(first, first + PORTS_OF_A_RUN)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
      )
      server.listen({ host: '127.0.0.1', port }, () => resolve(true))
    })
    if (isFree) servers.set(port, server)
  }
  await Promise.all([...servers.values()].map((server) => new Promise((resolve) => server.close(resolve))))
  return [...servers.keys()]
}
