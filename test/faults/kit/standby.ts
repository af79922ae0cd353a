/** Which of the two switchboards leads. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Running } from '../../../scripts/lib/private-root.ts'
import type { Stack } from './stack.ts'

export type SwitchboardName = 'switchboard' | 'switchboard-2'
const names = ['switchboard', 'switchboard-2'] as const

/** Asks both until one says that it leads. */
export async function leader(stack: Stack): Promise<{ name: SwitchboardName; running: Running }> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    for (const name of names) {
      const running = stack.system.part(name)
      if (running && (await roleOf(stack, name)) === 'leader') return { name, running }
    }
  }
  throw new Error('no switchboard leads')
}

/** Until one of them leads and is ready, as it says itself. Each is asked apart: one that stands still holds up nobody. */
export async function aReadyLeader(stack: Stack): Promise<void> {
  let isOver = false
  const ask = async (name: SwitchboardName): Promise<void> => {
    for (const deadline = Date.now() + 20_000; !isOver; await pause(20)) {
      const { role, ready } = await healthOf(stack, name)
      if (role === 'leader' && ready) return
      if (Date.now() > deadline) throw new Error(`${name} is not a ready leader`)
    }
  }
  await Promise.any(names.map(ask)).finally(() => {
    isOver = true
  })
}

const roleOf = async (stack: Stack, name: SwitchboardName): Promise<string | undefined> =>
  (await healthOf(stack, name)).role

async function healthOf({ system }: Stack, name: SwitchboardName): Promise<{ role?: string; ready?: boolean }> {
  const { switchboardHealth, secondHealth } = system.options.ports
  const port = name === 'switchboard' ? switchboardHealth : secondHealth
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(1_000) })
    return (await answer.json()) as { role?: string; ready?: boolean }
  } catch {
    return {} // it stands still, or is being started
  }
}
