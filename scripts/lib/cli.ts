/** `scripts/cli`: a command of src/main/cli.ts with the settings of the system that `scripts/start` runs. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { privateRoot } from './locate-root.ts'
import { project } from './processes.ts'
import { StartError } from './readiness.ts'
import { env, portsFromEnvironment, stateFolder } from './settings.ts'
import { environment } from './system.ts'

function run(): number {
  const dir = stateFolder()
  const hosts = { sipHost: env('SIP_HOST', '127.0.0.1'), apiHost: env('API_HOST', '127.0.0.1') }
  const told = environment({ root: privateRoot(), dir, ports: portsFromEnvironment(), ...hosts }, join(dir, 'secrets'))
  const command = [join(project, 'src/main/cli.ts'), ...process.argv.slice(2)]
  const { status } = spawnSync(process.execPath, command, { env: { ...process.env, ...told }, stdio: 'inherit' })
  return status ?? 1
}

try {
  process.exitCode = run()
} catch (error) {
  console.error(error instanceof StartError ? `hotline: ${error.message}` : error)
  process.exitCode = 1
}
