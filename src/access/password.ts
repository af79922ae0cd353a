/**
 * Passwords at rest: argon2id as PHC text, `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. Parameters are read back from the text,
 * so that old hashes go on working when ours grow. Runs on the thread pool; a few at a time, so that a shift that logs in
 * at once does not take 4 GB.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const
const saltBytes = 16
const hashBytes = 32
const atOnce = 3
const atMostWaiting = 300

export class TooManyPasswords extends Error {
  override readonly name = 'TooManyPasswords'
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const hash = await inTurn(() =>
    derive('argon2id', { ...cost, message: normal(password), nonce: salt, tagLength: hashBytes }),
  )
  const { memory, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain64(salt)}$${plain64(hash)}`
}

/**
 * Whether the password is the one that was hashed. `null` (nobody of that name, no password set) and text that is no hash of
 * ours cost the same time and are never right.
 * @throws {TooManyPasswords} when more wait than can be served soon
 */
export async function verifyPassword(password: string, phc: string | null): Promise<boolean> {
  const known = phc === null ? undefined : readPhc(phc)
  const { salt, hash, memory, passes, parallelism } = known ?? nobody
  const options = { memory, passes, parallelism, message: normal(password), nonce: salt, tagLength: hash.length }
  const tried = await inTurn(() => derive('argon2id', options))
  return timingSafeEqual(tried, hash) && known !== undefined
}

type Phc = { memory: number; passes: number; parallelism: number; salt: Buffer; hash: Buffer }
const nobody: Phc = { ...cost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) }

function readPhc(text: string): Phc | undefined {
  const found =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,88})$/.exec(text)
  if (!found) return undefined
  const [, m, t, p, salt = '', hash = ''] = found
  return {
    memory: Number(m),
    passes: Number(t),
    parallelism: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}

/** The same characters typed on another keyboard are the same password. */
const normal = (password: string) => password.normalize('NFKC')
const plain64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

let running = 0
const waiting: (() => void)[] = []
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) {
    if (waiting.length >= atMostWaiting) throw new TooManyPasswords('too many passwords to check at once')
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running += 1
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next)
      next() // takes over the place
    else running -= 1
  }
}
