/** The system of docker-compose.yml, from the machine on which its engine runs: as root, for a volume is a folder here. */
import { spawn } from 'node:child_process'
import { project } from './processes.ts'
import { StartError } from './readiness.ts'

/** What a program printed; throws `StartError` with the last line of its complaint when it fails. */
export async function printed(program: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, complaint] = ['', '']
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => {
    complaint += part.toString()
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', () => reject(new StartError(`there is no program ${program} on this machine`)))
    child.once('close', resolve)
  })
  if (code !== 0) {
    const why = complaint.trim().split('\n').at(-1) || `code ${code}`
    throw new StartError(`${[program, ...args.slice(0, 6)].join(' ')} …: ${why}`)
  }
  return out
}

const docker = (...args: readonly string[]): Promise<string> => printed('docker', ...args)

/** `docker compose …` of this project; its name and files as the environment and `.env` say. */
export const compose = (...args: readonly string[]): Promise<string> =>
  docker('compose', '--progress', 'quiet', ...args)

type Config = { readonly name: string; readonly volumes: Readonly<Record<string, { readonly name: string }>> }

export async function readCompose() {
  const config = JSON.parse(await compose('config', '--format', 'json')) as Config
  const ofProject = `label=com.docker.compose.project=${config.name}`
  return {
    /** The project's name. */
    name: config.name,
    /** Where a volume's files are on this machine. */
    async folderOf(volume: string): Promise<string> {
      const name = config.volumes[volume]?.name ?? volume
      return (await docker('volume', 'inspect', '--format', '{{.Mountpoint}}', name)).trim()
    },
    /** Containers and volumes of this project, running or not. */
    async remains(): Promise<readonly string[]> {
      const containers = await docker('ps', '--all', '--filter', ofProject, '--format', '{{.Names}}')
      const volumes = await docker('volume', 'ls', '--filter', ofProject, '--format', '{{.Name}}')
      return `${containers}${volumes}`.split('\n').filter((line) => line !== '')
    },
  }
}
