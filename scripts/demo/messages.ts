/** What the demo says: Chinese first, English second. `{name}` is filled in. */
type Text = { readonly zh: string; readonly en: string }

export const messages = {
  opening: {
    zh: '外部世界已就位：运营商、来电人、话机、12315 与 12333',
    en: 'the world outside is there: carrier, callers, phones, 12315 and 12333',
  },
  agentHere: {
    zh: '话务员 {staff} 坐到 {seat} 号坐席，话机已注册',
    en: 'agent {staff} sits down at seat {seat}; the phone is registered',
  },
  closing: {
    zh: '演示结束；系统继续运行，按 Ctrl-C 停止',
    en: 'the demo is over; the system goes on, Ctrl-C stops it',
  },
  failed: { zh: '这一幕没有演成：{why}', en: 'this scene went wrong: {why}' },
  ticket: { zh: '工单', en: 'the ticket' },

  sceneAnswer: {
    zh: '第一幕：来电、问候、排队、接听、保持、登记',
    en: 'scene 1: greeted, queued, answered, held, written down',
  },
  sceneThree: {
    zh: '第二幕：请 12315 三方通话，话务员退出',
    en: 'scene 2: 12315 is brought in, all three talk, the agent leaves',
  },
  sceneGiveUp: { zh: '第三幕：来电人等不及，挂断', en: 'scene 3: a caller gives up while waiting' },
  sceneTransfer: {
    zh: '第四幕：盲转 12333，占线，来电人回到队首',
    en: 'scene 4: blind transfer to 12333, which is busy; the caller comes back in front',
  },
  sceneFromPartner: {
    zh: '第五幕：12315 转来电话，附带工单号',
    en: 'scene 5: 12315 sends a caller to us with its ticket number',
  },
  sceneRefused: { zh: '第六幕：拨打不属于我们的号码', en: 'scene 6: a number that is not ours' },

  dials: { zh: '来电人 {number} 拨打 {to}', en: 'caller {number} dials {to}' },
  partnerDials: {
    zh: '12315 为来电人 {number} 拨打 {to}，附工单 {ticket}',
    en: '12315 dials {to} for caller {number} and sends ticket {ticket} along',
  },
  hearsMusic: { zh: '{who} 听到：语音或音乐', en: '{who} hears: speech or music' },
  hearsOnly: { zh: '{who} 听到：{whom}', en: '{who} hears: {whom}' },
  hearsSilence: { zh: '{who} 听到：静音', en: '{who} hears: silence' },
  ready: { zh: '话务员示闲', en: 'the agent is ready' },
  rings: {
    zh: '话务员的话机振铃，屏幕显示来电 {number}、工单 {ticket}',
    en: "the agent's phone rings; the screen shows caller {number} and ticket {ticket}",
  },
  answers: { zh: '话务员接听', en: 'the agent answers' },
  holds: { zh: '话务员按保持', en: 'the agent puts the caller on hold' },
  resumes: { zh: '话务员取回', en: 'the agent takes the caller back' },
  writes: { zh: '话务员登记工单：{title}', en: 'the agent writes the ticket: {title}' },
  consults: { zh: '话务员咨询 {line}，来电人听音乐', en: 'the agent consults {line}; the caller has music' },
  partnerAsked: {
    zh: '{line} 收到来电，主叫 {number}，工单 {ticket}',
    en: '{line} is called with caller id {number} and ticket {ticket}',
  },
  joins: { zh: '话务员合并三方', en: 'the agent joins all three' },
  leaves: { zh: '话务员退出，来电人与 {line} 继续通话', en: 'the agent leaves; caller and {line} go on' },
  transfers: { zh: '话务员盲转 {line}，随即离开', en: 'the agent transfers to {line} without asking, and is out' },
  partnerBusy: { zh: '{line} 占线', en: '{line} is busy' },
  backInFront: {
    zh: '来电人回到队首，又由话务员接听',
    en: 'the caller is back in front of the queue, and the agent answers again',
  },
  context: {
    zh: '屏幕显示：来自 {from}，工单 {ticket}，附言 {note}',
    en: 'the screen shows: from {from}, ticket {ticket}, note {note}',
  },
  hangsUp: { zh: '{who} 挂断', en: '{who} hangs up' },
  refused: { zh: '总机拒绝，SIP {status}，没有话机振铃', en: 'the exchange refuses with SIP {status}; no phone rings' },
  wrapUp: { zh: '话务员结束话后处理', en: 'the agent ends wrap-up' },

  caller: { zh: '来电人', en: 'the caller' },
  agent: { zh: '话务员', en: 'the agent' },
} as const satisfies Record<string, Text>

/** Names of a ticket's fields, in the order in which they are shown. */
export const fieldNames: Readonly<Record<string, string>> = {
  ticket: '工单编号',
  state: '状态',
  discardReason: '作废原因',
  dialled: '拨打号码',
  callerNumber: '来电号码',
  registrar: '登记人',
  title: '标题',
  content: '内容',
  upstreamTicket: '来源工单',
}

/** Names of what happened in a call. */
export const kindNames: Readonly<Record<string, string>> = {
  'call.accepted': '来电',
  'call.queued': '排队',
  'call.offered': '派给话务员',
  'call.offerEnded': '派发有了结果',
  'call.connected': '接通',
  'call.held': '保持',
  'call.resumed': '取回',
  'call.partyDialled': '呼叫第三方',
  'call.partyAnswered': '第三方接听',
  'call.partyLeft': '第三方离开',
  'call.joined': '三方通话',
  'call.agentLeft': '话务员离开',
  'call.handedOver': '移交第三方',
  'call.legLeft': '一方挂断',
  'call.ended': '通话结束',
  'call.wrapUpStarted': '开始话后处理',
  'call.wrapUpEnded': '结束话后处理',
  'ticket.written': '填写工单',
}

export type MessageName = keyof typeof messages
type Value = string | number | Text

/** One line: `中文 — English`. A value that is a text itself is taken in each language. */
export function say(name: MessageName, values: Readonly<Record<string, Value>> = {}): string {
  const fill = (language: keyof Text) =>
    messages[name][language].replaceAll(/\{(\w+)\}/g, (hole, key: string) => {
      const value = values[key]
      return value === undefined ? hole : String(typeof value === 'object' ? value[language] : value)
    })
  return `${fill('zh')} — ${fill('en')}`
}
