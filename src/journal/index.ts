export type { Fact, NewFact, Purpose, Room } from './core/index.ts'
export { type DirectoryLock, JournalTaken, lockDirectory } from './directory-lock.ts'
export {
  type FactName,
  factsOfCalls,
  insertFacts,
  lastStored,
  type StoredFact,
  storedFacts,
  toStorableJson,
} from './fact-store.ts'
export { type HeldJournal, holdJournal } from './hold-journal.ts'
export type { Journal, Keep, RoomReport, Step } from './journal.ts'
export { JournalFull, openJournal } from './journal-file.ts'
export { readIdFile } from './journal-folder.ts'
export { type JournalAlarm, type JournalOptions, leastJournalMiB } from './journal-options.ts'
export { createReadAhead, type ReadAhead } from './read-ahead.ts'
export { readJournal, type SegmentReport } from './read-journal.ts'
export { type FactRelay, relayFacts, type Timing } from './relay-facts.ts'
export { FACTS_QUEUE, nameRun, type Run, readRun } from './run.ts'
export { type Succession, succeedJournal } from './succeed-journal.ts'
