/** What people are told, Chinese first. One entry a refusal; the compiler keeps the list whole. */
import type { RefusalName } from './refusals.ts'

export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]
type Text = Readonly<Record<Language, string>>

export const refusalTexts: Record<RefusalName, Text> = {
  malformedRequest: { zh: '请求内容不符合要求', en: 'The request is not as the interface asks for it' },
  notJson: { zh: '请求内容不是有效的 JSON', en: 'The body is not valid JSON' },
  bodyMissing: { zh: '缺少请求内容', en: 'The body is missing' },
  badUrl: { zh: '网址有误', en: 'The address is not a valid URL' },
  badHttp: { zh: '不是有效的 HTTP 请求', en: 'This is not a valid HTTP request' },
  foreignOrigin: { zh: '请求来自其他网站，已拒绝', en: 'The request comes from another site' },
  routeNotFound: {
    zh: '没有这个接口，接口说明见 /v1/openapi.json',
    en: 'There is no such route; see /v1/openapi.json',
  },
  methodNotAllowed: { zh: '该接口不支持此方法', en: 'The route does not take this method' },
  bodyTooLarge: { zh: '请求内容过大', en: 'The body is too large' },
  headersTooLarge: { zh: '请求头过大', en: 'The headers are too large' },
  notJsonMediaType: { zh: '请求内容须为 application/json', en: 'The body must be application/json' },
  upgradeNeeded: { zh: '该接口须以 WebSocket 连接', en: 'This route is a websocket' },
  tooManyRequests: { zh: '请求过于频繁，请稍后再试', en: 'Too many requests; try again later' },
  notSignedIn: { zh: '尚未登录或登录已失效', en: 'Not logged in, or no longer' },
  wrongCredentials: { zh: '工号或密码错误', en: 'Wrong staff number or password' },
  tooManyAttempts: { zh: '登录失败次数过多，请稍后再试', en: 'Too many failed log-ins; try again later' },
  notAllowed: { zh: '没有此项权限', en: 'Your role does not allow this' },
  weakPassword: { zh: '密码不符合要求', en: 'The password does not meet the rules' },
  wrongOldPassword: { zh: '原密码错误', en: 'The old password is wrong' },
  staffNotFound: { zh: '没有这个工号', en: 'There is no such staff number' },
  agentNotFound: { zh: '没有这个坐席人员', en: 'There is no such agent' },
  ticketNotFound: { zh: '没有这个工单', en: 'There is no such ticket' },
  callNotFound: { zh: '没有这个通话', en: 'There is no such call' },
  callbackNotFound: { zh: '没有这条回拨记录', en: 'There is no such callback' },
  callbackClosed: {
    zh: '已有人回拨，或来电人已再次来电',
    en: 'Somebody has called back, or the caller has rung again',
  },
  partyNotFound: { zh: '没有这个转接对象', en: 'There is no such party' },
  agentUnknown: { zh: '话务系统中没有这个坐席人员', en: 'The switchboard does not know this agent' },
  seatUnknown: { zh: '没有这个坐席', en: 'There is no such seat' },
  notYourCall: { zh: '该通话不由您处理', en: 'This call is not in your hands' },
  notYourTicket: { zh: '该工单不由您处理', en: 'This ticket is not in your hands' },
  notNow: { zh: '当前通话状态下不能进行此操作', en: 'Not possible in the present state of the call' },
  partyNotAvailable: { zh: '对方坐席当前不空闲', en: 'The other agent is not free now' },
  partyClosed: { zh: '对方热线不在服务时间', en: 'The other line is closed at this hour' },
  partyNotReached: { zh: '对方尚未接通', en: 'The other party has not answered' },
  notLoggedIn: { zh: '尚未签入坐席', en: 'Not signed in at a seat' },
  seatTaken: { zh: '该坐席已有人签入', en: 'The seat is taken' },
  alreadyLoggedIn: { zh: '该工号已在其他坐席签入', en: 'Already signed in at another seat' },
  busyWithCall: { zh: '通话中，不能进行此操作', en: 'Not possible during a call' },
  commandIdUsed: {
    zh: '该操作编号已用于另一操作，本次未执行；请换用新编号',
    en: 'This command id was given to another command; nothing was done, use a new id',
  },
  notInWrapUp: { zh: '当前不在话后处理', en: 'Not in wrap-up' },
  trouble: { zh: '系统故障，请稍后再试', en: 'Something went wrong on our side' },
  tookTooLong: { zh: '处理超时，请重试', en: 'It took too long; try again' },
  switchboardTrouble: { zh: '话务系统故障', en: 'The switchboard had trouble with this' },
  switchboardAway: { zh: '话务系统暂不可用，请用话机继续通话', en: 'The switchboard cannot be reached; calls go on' },
  journalFull: {
    zh: '本机存储空间不足，暂不能进行此操作；通话请用话机继续',
    en: 'The switchboard has no room left to write this down; calls go on by phone',
  },
  databaseAway: { zh: '数据库暂不可用，通话不受影响', en: 'The database cannot be reached; calls go on' },
  stopping: { zh: '服务正在停止', en: 'The service is stopping' },
}

/** What is wrong with one field, by the keyword of JSON Schema that it breaks. `{…}` are filled in. */
export const fieldTexts = {
  required: { zh: '缺少 {name}', en: '{name} is missing' },
  additionalProperties: { zh: '不认识的字段 {name}', en: 'unknown field {name}' },
  type: { zh: '须为 {right}', en: 'must be {right}' },
  enum: { zh: '须为以下之一：{right}', en: 'must be one of: {right}' },
  const: { zh: '须为 {right}', en: 'must be {right}' },
  pattern: { zh: '格式须为 {right}', en: 'must match {right}' },
  maxLength: { zh: '不得超过 {right} 个字符', en: 'must have at most {right} characters' },
  minLength: { zh: '至少 {right} 个字符', en: 'must have at least {right} characters' },
  minProperties: { zh: '至少须有 {right} 个字段', en: 'must have at least {right} field' },
  anyOf: { zh: '不符合任何一种允许的形式', en: 'has none of the forms that are allowed' },
  other: { zh: '不符合要求（{right}）', en: 'is not as asked for ({right})' },
} as const satisfies Record<string, Text>

/** The language that an `Accept-Language` header asks for. Chinese unless English is wanted more. */
export function languageOf(header: string | undefined): Language {
  let best: Language = 'zh'
  let weight = 0
  for (const part of (header ?? '').slice(0, 200).split(',')) {
    const [tag = '', ...rest] = part.trim().split(';')
    const q = Number(
      rest
        .find((r) => r.trim().startsWith('q='))
        ?.trim()
        .slice(2) ?? '1',
    )
    const language = languages.find((known) => tag.toLowerCase().split('-')[0] === known)
    if (language && q > weight) [best, weight] = [language, q]
  }
  return best
}
