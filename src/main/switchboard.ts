/**
 * The switchboard process, delivered as a few files (scripts/lib/make-program.ts). Of several on one journal the first leads and the next
 * stands by (standby/). Configuration comes from the environment (src/platform/config.ts).
 */
import { flushCompileCache } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { type DeskPush, readDirectory } from '#acd'
import { checkDeskCommand } from '#acd/core'
import {
  createReadAhead,
  FACTS_QUEUE,
  type JournalAlarm,
  lastStored,
  leastJournalMiB,
  openJournal,
  type Run,
  relayFacts,
  storedFacts,
} from '#journal'
import { type Instant, limits } from '#kernel'
import { openAri } from '#platform/asterisk/ari'
import { waitsForChannel } from '#platform/asterisk/ari-transport'
import { ConfigError, readConfig } from '#platform/config'
import { createLinkServer } from '#platform/link/link-server'
import { createPostgres } from '#platform/postgres/pool'
import { watchEventLoop } from '#platform/telemetry/event-loop'
import { createLog } from '#platform/telemetry/log'
import { createSwitchboard } from '#switchboard'
import { watchDirectory } from './directory-watch.ts'
import { givenBefore } from './given-before.ts'
import { createLateProducer } from './late-producer.ts'
import { watchLoad } from './load.ts'
import { logFacts } from './log-facts.ts'
import { type Answers, serveHealth } from './serve-health.ts'
import { createSparing } from './sparing.ts'
import { type Guard, type Patience, patience, startGuard } from './standby/guard.ts'
import { waitForLead } from './standby/wait-for-lead.ts'
import { createCounts, createFigures, createStandbyFigures } from './switchboard-figures.ts'
import { untilFree } from './until-free.ts'

const APP = 'switchboard'
const stopWithinMs = 8_000
const portWithinMs = 2_000
/** Asked once, before calls are looked at. */
const askWithinMs = 500
/**
 * When facts are sent on, and Redis is connected to, which takes half a second of a busy processor: so long after callers are let in, when
 * those who have waited for it are served, and where that takes long (Asterisk is away) so long after the start. Whoever stands by connects
 * when it leaves the processor to the one that may just be taking over.
 */
const factsAfterMs = { served: 1_000, start: 2_000, standby: 5_000 }
const MiB = 1024 * 1024
/** Of these somebody should hear for as long as this process lives. */
const ofDamage: ReadonlySet<JournalAlarm['alarm']> = new Set(['damaged', 'putBack', 'begunAnew', 'displaced'])

async function main(): Promise<void> {
  flushCompileCache() // who is killed writes none at the end, and what is compiled already starts sooner
  const config = readConfig(
    process.env,
    'database',
    'redis',
    'ari',
    'deskListen',
    'health',
    'journal',
    'hall',
    'eventLoop',
    'log',
  )
  const { mostMiB, reserveMiB } = config.journal
  if (Number(mostMiB) < Number(reserveMiB) + leastJournalMiB) {
    throw new ConfigError(
      `HOTLINE_JOURNAL_MIB is ${mostMiB}: with HOTLINE_JOURNAL_RESERVE_MIB at ${reserveMiB} it must be ${Number(reserveMiB) + leastJournalMiB} or more`,
    )
  }
  const log = createLog({ name: 'switchboard', level: config.log.level })
  const tellFacts = logFacts(log)
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'a bug: ending, to be started anew; calls go on in Asterisk')
    process.exit(1)
  })
  const now = (): Instant => Date.now() as Instant
  const quietly = createSparing(log)
  const trouble = (error: unknown, what: string): void =>
    quietly(what, () => log.error({ err: error, what }, 'trouble'))
  const postgres = createPostgres({
    ...config.database,
    name: 'switchboard',
    connections: 2,
    statementMs: 5_000,
    onConnectionLost: (error) => trouble(error, 'postgres'),
  })
  const counts = createCounts()
  const eventLoopLimitMs = Number(config.eventLoop.limitMs)
  const eventLoop = watchEventLoop(eventLoopLimitMs, (delay) =>
    quietly('eventLoop', () => log.warn(delay, 'the event loop was held up: calls had to wait')),
  )
  const notYet = (role: string): Answers => ({ ask: async () => ({ ready: false, role, wrong: [], parts: {} }) })
  let told = notYet('starting')
  const health = await serveHealth(config.health.address, () => told)
  // Beside what follows: Postgres has much to do when all of us come back at once.
  const directoryRead = watchDirectory({
    read: () => readDirectory(postgres.db),
    file: config.journal.directoryCache,
    trouble: (error) => trouble(error, 'directory'),
  })
  const producer = createLateProducer<Run>({
    queue: FACTS_QUEUE,
    redis: config.redis,
    onTrouble: (error) => trouble(error, 'redis'),
  })
  const figuresOf = {
    ...{ eventLoop, eventLoopLimitMs, folders: config.journal },
    askPostgres: () => sql`select 1`.execute(postgres.db),
  }
  const watchOver = (how: Patience): Guard => startGuard(config.journal.dir, (error) => trouble(error, 'guard'), how)
  let guard = watchOver(patience.ofOthers)
  const ahead = createReadAhead(config.journal.dir, (error) => trouble(error, 'readAhead'))
  const lead = waitForLead(config.journal.dir, (role) => {
    log.info({ role }, 'another switchboard leads')
    if (role === 'standby') ahead.start()
    // That it cannot be read is heard below.
    directoryRead.then(
      (directory) => directory.start(() => undefined),
      () => undefined,
    )
    producer.beginWithin(factsAfterMs.standby)
    told = createStandbyFigures(role, figuresOf)
  })
  // Without a directory there is nothing to wait for.
  const lock = await Promise.race([lead, directoryRead.then(() => lead)])
  told = notYet('takingOver')
  guard.stop()
  guard = watchOver(patience.ofLeader)
  // Before anything is written: whoever took the lock because its file was removed leads beside one that lives, and ends here.
  await untilFree(config.deskListen.address, portWithinMs)
  const journal = await openJournal({
    folder: config.journal.dir,
    lock,
    ahead,
    mostBytes: Number(config.journal.mostMiB) * MiB,
    onWritten: counts.written,
    reserveBytes: Number(config.journal.reserveMiB) * MiB,
    // Without Postgres calls are served all the same.
    lastElsewhere(id) {
      const last = lastStored(postgres.db, id).catch((error: unknown) => {
        trouble(error, 'lastElsewhere')
        return 'unknown' as const
      })
      return Promise.race([last, pause(askWithinMs, 'unknown' as const)])
    },
    onAlarm(alarm) {
      const isGood = alarm.alarm === 'emptied' || alarm.alarm === 'takesAgain'
      log[isGood ? 'warn' : 'error'](alarm, 'journal')
      if (ofDamage.has(alarm.alarm)) counts.damaged()
      if (alarm.alarm !== 'full') return
      log.fatal('the disk has refused for too long: ending, to be started anew; calls go on in Asterisk')
      process.exit(1)
    },
  })
  const given = journal.kept.has('serial')
    ? undefined
    : await givenBefore(
        async (day) => (await import('#tickets')).readTicketsGiven(postgres.db, day), // needed once in the life of a journal
        now(),
        (error) => trouble(error, 'givenBefore'),
      )
  const directory = await directoryRead
  const served = Promise.withResolvers<void>()
  function sendFactsWithin(ms: number): void {
    producer.beginWithin(ms)
    setTimeout(served.resolve, ms).unref()
  }
  // Nothing is awaited from here until `board` is there: the relay and others tell it what they see.
  const relay = relayFacts({
    journal,
    after: served.promise,
    send: async (runs) => {
      await producer.add(runs)
      counts.sent(runs.length)
    },
    stored: (id, first, last) => storedFacts(postgres.db, id, first, last),
    onTrouble: (error, doing) => trouble(error, `relay.${doing}`),
    onSavedCentrally: (saved) => {
      log[saved ? 'info' : 'warn'](
        { behind: relay.behind() },
        saved ? 'all facts are in Postgres' : 'facts are kept locally',
      )
      board.savedChanged()
    },
  })
  const load = watchLoad(waitsForChannel)
  const ari = openAri({
    address: config.ari,
    app: APP,
    onCommand: (...about) => {
      load.onCommand(...about)
      counts.command(...about)
    },
  })
  const link = createLinkServer<DeskPush>({
    listen: config.deskListen.address,
    secret: config.deskListen.secret,
    onRequest: async (request) => {
      const asked = checkDeskCommand(request)
      if (!asked.ok) throw Object.assign(new Error('not a desk command'), { name: asked.refusal })
      return board.handle(asked.value)
    },
    onConnect: () => board.snapshot(),
    log,
  })
  const board = createSwitchboard({
    ari,
    app: APP,
    journal,
    ...(given && { given }),
    directory: directory.now,
    now,
    ringBackMs: Number(config.hall.ringBackS) * 1_000,
    ringAtMostMs: Number(config.hall.ringAtMostS) * 1_000,
    silenceMs: Number(config.hall.rtpTimeoutS) * 1_000,
    capacity: {
      limits: {
        ...limits.admission,
        callers: Number(config.hall.mostCallers),
        perSecond: Number(config.hall.callsPerSecond),
        burst: Number(config.hall.callsPerSecond) * limits.admission.burstS,
      },
      load: load.now,
      emergencyCallers: config.hall.emergencyCallers.split(',').filter((number) => number !== ''),
    },
    push: (message) => link.push(message),
    savedCentrally: () => relay.savedCentrally(),
    onFacts(facts) {
      counts.facts(facts)
      tellFacts(facts)
    },
    onReconciled: (why, found) => {
      sendFactsWithin(factsAfterMs.served)
      counts.reconciled(found)
      const differs =
        found.missed + found.adopted + found.hungUp + found.bridgesRemoved + found.lost + found.servedWithoutUs > 0
      log[differs ? 'warn' : why === 'audit' ? 'debug' : 'info']({ why, ...found }, 'compared with Asterisk')
    },
    trouble,
  })
  directory.start(() => board.directoryChanged())
  ari.connection.onDown((why) => log.error({ why }, 'Asterisk is away'))
  ari.connection.onUp((up) => log.info(up, 'Asterisk is here'))
  ari.connection.onRetry((retry) => quietly('ari', () => log.warn(retry, 'connecting to Asterisk again')))
  ari.connection.onOddity(({ odd, type, error }) => {
    counts.oddities.add(odd)
    log.warn({ odd, type, err: error }, 'an odd event')
  })
  ari.connection.onReplaced(() => {
    log.fatal('another switchboard has taken over; ending')
    process.exit(3)
  })
  await link.start()
  board.start()
  sendFactsWithin(factsAfterMs.start)
  const figures = createFigures({
    ...figuresOf,
    ...{ counts, board, journal, connection: ari.connection, relay, now },
    askRedis: () => producer.ping(),
  })
  told = { ...figures, ask: async () => ({ role: 'leader', epoch: journal.epoch, ...(await figures.ask()) }) }
  log.info({ desk: config.deskListen.address, journal: journal.id, epoch: journal.epoch }, 'switchboard is at work')

  async function stop(signal: string): Promise<void> {
    log.info({ signal }, 'stopping; calls stay in Asterisk')
    setTimeout(() => {
      log.fatal('could not stop in time')
      process.exit(1)
    }, stopWithinMs).unref()
    directory.stop()
    health.close()
    load.stop()
    eventLoop.stop()
    await link.stop()
    await board.leave()
    await board.stop()
    await relay.stop(500)
    await journal.close() // from here on the standby leads
    await producer.close(1_000)
    await postgres.close()
    guard.stop()
    log.info('stopped')
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal))
}

try {
  await main()
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error)
  process.exit(1)
}
