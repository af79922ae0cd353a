/** Everything needed to speak with one Asterisk, put together. */
import { AriClient, type AriClientOptions } from './ari-client.ts'
import { AriConnection, type AriConnectionOptions } from './ari-connection.ts'
import type { AriAddress, AriTransport } from './ari-transport.ts'
import { openHttpTransport } from './http-transport.ts'
import { openSocketTransport } from './socket-transport.ts'

export type AriOptions = AriClientOptions &
  Omit<AriConnectionOptions, 'client' | 'address' | 'app'> & {
    readonly address: AriAddress
    readonly app: string
    /** Most HTTP connections at once (default 32). */
    readonly connections?: number
    /** Websockets for commands (default 4); 0: all commands go by HTTP. See `socket-transport` for what that means. */
    readonly commandSockets?: number
  }
export type Ari = {
  readonly client: AriClient
  readonly connection: AriConnection
  /** Stops the events, then waits for the commands under way. */
  close(): Promise<void>
}

/** There are no events until `connection.start()`; commands work before that. */
export function openAri(options: AriOptions): Ari {
  const client = new AriClient(transportFor(options), options)
  const connection = new AriConnection({ ...options, client })
  connection.onEvent((event) => client.notice(event))
  return {
    client,
    connection,
    close: async () => {
      connection.stop()
      await client.close()
    },
  }
}

function transportFor({ address, app, connections = 32, commandSockets = 4 }: AriOptions): AriTransport {
  const http = openHttpTransport(address, { connections })
  return commandSockets === 0 ? http : openSocketTransport({ address, app, sockets: commandSockets, http })
}
