/** One more worker beside the system's own: any number may run. */
import { join } from 'node:path'
import type { Running } from '../../../scripts/lib/private-root.ts'
import { inProject, startProcess } from '../../../scripts/lib/processes.ts'
import { freePorts } from '../../kit/temporary.ts'
import type { Stack } from './stack.ts'

const told = /^HOTLINE_(DATABASE|REDIS|EVENT_LOOP|LOG)/

export async function startSecondWorker({ system }: Stack): Promise<Running> {
  const [port] = await freePorts(1)
  const health = `127.0.0.1:${port}`
  return startProcess({
    ...{
      root: system.options.root,
      dir: join(system.options.dir, 'worker-2'),
      name: 'worker-2',
      main: `${inProject}/src/main/worker.ts`,
    },
    env: {
      ...Object.fromEntries(Object.entries(system.env).filter(([name]) => told.test(name))),
      HOTLINE_HEALTH_LISTEN: health,
    },
    healthUrl: `http://${health}/health/ready`,
  })
}
