export { quarantineJob } from './quarantine-store.ts'
export { createTakeRuns, Stopped } from './take-runs.ts'
export { ticketRoutes } from './ticket-routes.ts'
export { createWriteFacts, type Unwritable, writeCalls } from './write-facts.ts'
