import { expect, test } from 'vitest'
import type { DeskCommand } from '#acd/core'
import { withAgent } from '#acd/core'
import { type CommandId, toInstant } from '#kernel'
import { createDeskCommands } from '../../../src/switchboard/desk-commands.ts'
import { emptyHall } from '../../../src/switchboard/hall-state.ts'
import { Turn } from '../../../src/switchboard/turn.ts'
import { amina, anAgent } from '../../kit/builders.ts'

test('a command that is sent again while the disk is busy is answered when the first answer is on disk, not before', async () => {
  const hall = emptyHall(1)
  hall.board = withAgent(hall.board, anAgent())
  const disk = Promise.withResolvers<void>()
  const now = () => toInstant(1_000)
  const handle = createDeskCommands({
    hall,
    conductor: {
      take: (run: (turn: Turn) => unknown) => ({ answer: run(new Turn(hall, now(), () => 0)), durable: disk.promise }),
      command: () => ({ ok: true, value: null }),
    } as never,
    takes: () => true,
    directory: () => ({ agents: [], seats: [], queues: [], numbers: [], lines: [] }),
    phoneOf: () => 'reachable',
    now,
  })
  const asked: DeskCommand = { id: 'c1' as CommandId, agent: amina, command: { name: 'notReady', reason: 'break' } }
  const answered: string[] = []
  const first = handle(asked).then((reply) => answered.push(`first ${reply.repeated}`))
  const second = handle(asked).then((reply) => answered.push(`second ${reply.repeated}`))
  for (let n = 0; n < 20; n++) await Promise.resolve()
  expect(answered).toEqual([])
  disk.resolve()
  await Promise.all([first, second])
  expect(answered.toSorted()).toEqual(['first false', 'second true'])
})
