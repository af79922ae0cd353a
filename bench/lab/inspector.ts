/** Asks a Node process that runs with `--inspect=127.0.0.1:<port>` for its memory (Chrome DevTools Protocol). */

/**
 * Has the process collect all garbage. Tells what is left: objects, and buffers outside of the heap, MB (10^6 bytes). Throws when nobody
 * answers.
 */
export async function collectGarbage(port: number): Promise<number> {
  const pages = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { webSocketDebuggerUrl: string }[]
  const address = pages[0]?.webSocketDebuggerUrl
  if (address === undefined) throw new Error(`nothing to inspect at port ${port}`)
  const socket = new WebSocket(address)
  const answers = new Map<number, (result: unknown) => void>()
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown }
    if (id !== undefined) answers.get(id)?.(result)
  })
  const closed = new Promise<never>((_, reject) => {
    const gone = (): void => reject(new Error(`the inspector at port ${port} has closed the connection`))
    socket.addEventListener('close', gone)
    socket.addEventListener('error', gone)
  })
  closed.catch(() => {})
  await Promise.race([new Promise((open) => socket.addEventListener('open', open)), closed])
  let last = 0
  const ask = <T>(method: string): Promise<T> => {
    const id = ++last
    const answer = new Promise<T>((resolve) => answers.set(id, (result) => resolve(result as T)))
    socket.send(JSON.stringify({ id, method }))
    return Promise.race([answer, closed])
  }
  try {
    // Twice: what only a finalizer held is free after the first.
    await ask('HeapProfiler.collectGarbage')
    await ask('HeapProfiler.collectGarbage')
    const { usedSize, backingStorageSize } = await ask<{ usedSize: number; backingStorageSize: number }>(
      'Runtime.getHeapUsage',
    )
    return (usedSize + backingStorageSize) / 1e6
  } finally {
    socket.close()
  }
}
