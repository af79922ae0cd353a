/** Which of the two switchboards leads. */
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

async function roleOf({ system }: Stack, name: SwitchboardName): Promise<string | undefined> {
  const { switchboardHealth, secondHealth } = system.options.ports
  const port = name === 'switchboard' ? switchboardHealth : secondHealth
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(1_000) })
    return ((await answer.json()) as { role?: string }).role
  } catch {
    return undefined // it stands still, or is being started
  }
}
