export type { Given } from './hall-state.ts'
export type { Reconciled } from './reconcile.ts'
export { createSwitchboard, type Switchboard, type SwitchboardDeps } from './switchboard.ts'
