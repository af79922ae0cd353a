/** Who may what: the whole table. A row is a permission, its cell the roles that have it. Roles are those of the database. */
export const roles = [
  'agent',
  'shiftLeader',
  'intakeReviewer',
  'dispatcher',
  'coordinator',
  'reviewer',
  'callbackStaff',
  'qualityInspector',
  'trainer',
  'workforcePlanner',
  'knowledgeEditor',
  'unitHandler',
  'unitApprover',
  'supervisor',
  'administrator',
  'auditor',
] as const
export type Role = (typeof roles)[number]

const everyone = roles
const phone = ['agent', 'shiftLeader', 'callbackStaff'] as const
const centre = [
  ...phone,
  'intakeReviewer',
  'dispatcher',
  'coordinator',
  'reviewer',
  'qualityInspector',
  'supervisor',
] as const

const table = {
  /** See and end one's own session, change one's own password. */
  'session.own': everyone,
  /** End every session of somebody else. */
  'staff.revokeSessions': ['shiftLeader', 'administrator'],
  /** Set somebody else's password. */
  'staff.setPassword': ['administrator'],
  /** Take a seat, be ready, have calls: only for oneself. */
  'desk.use': phone,
  'directory.read': centre,
  /** Tickets and calls that one has had in hand. */
  'record.readOwn': centre,
  'record.readAll': [
    'shiftLeader',
    'intakeReviewer',
    'dispatcher',
    'coordinator',
    'reviewer',
    'qualityInspector',
    'supervisor',
  ],
  /** Callers who were cut and are to be called back, with their numbers. */
  'callback.read': [...phone, 'coordinator', 'supervisor'],
  'callback.close': phone,
  /** The live websocket; what comes over it is decided topic by topic (realtime/core/topics.ts). */
  'live.listen': centre,
  'hall.watch': ['shiftLeader', 'supervisor', 'workforcePlanner'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof table
export const permissions = Object.keys(table) as Permission[]
export const isPermission = (name: string): name is Permission => Object.hasOwn(table, name)

/** Whether somebody with these roles may. Roles that we do not know give nothing. */
export const may = (held: readonly string[], permission: Permission): boolean =>
  (table[permission] as readonly string[]).some((role) => held.includes(role))
