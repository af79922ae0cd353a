/** What the demo says: Chinese first, English second. `{name}` is filled in. */
import { type Text, voiceOf } from '../lib/say.ts'

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
  sceneGiveUp: {
    zh: '第三幕：没有话务员示闲，来电人挂断，工单自动作废',
    en: 'scene 3: no agent is ready, the caller hangs up; the ticket says so',
  },
  sceneTransfer: {
    zh: '第四幕：话务员直接转 12333，对方占线，来电人不丢失，排在最前再次接听',
    en: 'scene 4: transferred to 12333, which is busy; the caller is not lost, but first in the queue and answered again',
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
  hearsRinging: { zh: '来电人听到：回铃音', en: 'the caller hears: ringing tone' },
  transfers: {
    zh: '话务员把来电直接转到 {line}，自己退出通话',
    en: 'the agent sends the caller on to {line}, and is out of the call',
  },
  partnerBusy: { zh: '{line} 占线，没有接', en: '{line} is busy and does not answer' },
  backInFront: {
    zh: '来电人排在最前，话机再次振铃，话务员接听',
    en: 'the caller is first in the queue; the phone rings again and the agent answers',
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

export type MessageName = keyof typeof messages
export const say = voiceOf(messages)
