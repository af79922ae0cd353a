/**
 * Every refusal of the house and its HTTP status, in one table. A route answers a refusal by its name and nothing else;
 * the words for people are in messages.ts.
 */
export const refusalStatus = {
  // the request itself
  malformedRequest: 400,
  notJson: 400,
  bodyMissing: 400,
  badUrl: 400,
  badHttp: 400,
  foreignOrigin: 403,
  routeNotFound: 404,
  methodNotAllowed: 405,
  bodyTooLarge: 413,
  headersTooLarge: 431,
  notJsonMediaType: 415,
  upgradeNeeded: 426,
  tooManyRequests: 429,
  // who is asking
  notSignedIn: 401,
  wrongCredentials: 401,
  tooManyAttempts: 429,
  notAllowed: 403,
  weakPassword: 422,
  wrongOldPassword: 403,
  staffNotFound: 404,
  // calls, agents, tickets
  agentNotFound: 404,
  ticketNotFound: 404,
  callNotFound: 404,
  callbackNotFound: 404,
  partyNotFound: 404,
  agentUnknown: 404,
  seatUnknown: 404,
  notYourCall: 403,
  notYourTicket: 403,
  notNow: 409,
  partyNotAvailable: 409,
  partyClosed: 409,
  partyNotReached: 409,
  notLoggedIn: 409,
  seatTaken: 409,
  alreadyLoggedIn: 409,
  busyWithCall: 409,
  notInWrapUp: 409,
  callbackClosed: 409,
  commandIdUsed: 422,
  // trouble of ours
  trouble: 500,
  tookTooLong: 503,
  switchboardTrouble: 502,
  switchboardAway: 503,
  journalFull: 503,
  databaseAway: 503,
  stopping: 503,
} as const satisfies Record<string, number>

export type RefusalName = keyof typeof refusalStatus

export const isRefusalName = (name: string): name is RefusalName => Object.hasOwn(refusalStatus, name)
