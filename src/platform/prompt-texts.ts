/**
 * What callers and partners are told, Chinese first, as it is to be spoken: 12345 is written out digit by digit, or it would be
 * read as twelve thousand three hundred and forty-five; one is yāo, as over the telephone. The name is that of the file.
 */
export const promptLanguages = ['zh', 'en'] as const
export type PromptLanguage = (typeof promptLanguages)[number]
export type PromptText = Readonly<Record<PromptLanguage, string>>

const told: Readonly<Record<string, PromptText>> = {
  greeting: {
    zh: '您好，常州幺二三四五，为保障服务质量，通话将录音。',
    en: 'Hello, this is Changzhou 1 2 3 4 5. Calls are recorded to keep up the quality of our service.',
  },
  waiting: {
    zh: '正在为您转接人工服务，请稍候。',
    en: 'You are being connected to an agent. Please hold on.',
  },
  busy: {
    zh: '当前来电较多，请您耐心等待，我们将按来电顺序为您接通。',
    en: 'All agents are busy. Please wait; calls are answered in the order of their arrival.',
  },
  retry: {
    zh: '对方暂时无法接听，正在为您转回人工服务。',
    en: 'The other side cannot answer at the moment. You are being put back to an agent.',
  },
  closed: {
    zh: '您好，当前不在服务时间内，请您在工作时间来电。',
    en: 'Hello. We are closed at the moment. Please call again during working hours.',
  },
  overload: {
    zh: '当前来电过多，暂时无法接通，请您稍后再拨。遇有紧急情况，请拨打幺幺零、幺幺九或幺二零。',
    en: 'Too many people are calling just now. Please call again later. In an emergency call 1 1 0, 1 1 9 or 1 2 0.',
  },
  goodbye: { zh: '感谢您的来电，再见。', en: 'Thank you for your call. Goodbye.' },
  'whisper-intro': { zh: '幺二三四五转接，工单号', en: 'Transferred by 1 2 3 4 5. Ticket number' },
}

const digitsInChinese = ['零', '幺', '二', '三', '四', '五', '六', '七', '八', '九']
const digits = digitsInChinese.map((zh, digit) => [`digit-${digit}`, { zh, en: String(digit) }] as const)
const letters = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => {
  const spelled = letter.toUpperCase()
  return [`letter-${letter}`, { zh: spelled, en: spelled }] as const
})

export const promptTexts: Readonly<Record<string, PromptText>> = {
  ...told,
  ...Object.fromEntries(digits),
  ...Object.fromEntries(letters),
}
