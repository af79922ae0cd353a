/** Phones and partner lines as they behave when rung: answer soon, late or never, refuse, ring or say nothing. */
import type { FakeLeg, FakePhone, Temper } from '../kit/fake-asterisk-phones.ts'
import type { Dice } from './dice.ts'
import { type VirtualTime, world } from './virtual-time.ts'

/** `lastsMs`: how long it speaks before it hangs up by itself; null: it does not. */
type Manners = { readonly answerWithinMs: number; readonly late: readonly number[]; readonly lastsMs: number | null }
const agentsPhone: Manners = { answerWithinMs: 4_000, late: [5_000], lastsMs: null }
const partnersPhone: Manners = { answerWithinMs: 9_000, late: [20_000], lastsMs: 30_000 }

export function temperOf(time: VirtualTime, dice: Dice, phone: () => FakePhone, isPartner: boolean): Temper {
  const manners = isPartner ? partnersPhone : agentsPhone
  const later = (ms: number, act: () => void): void => void time.after(ms, () => phone().registered && act(), world)
  return {
    does(leg: FakeLeg) {
      const { mood, ringMs, answerMs } = {
        mood: dice.throw(),
        ringMs: dice.between(5, 400),
        answerMs: dice.between(20, manners.answerWithinMs),
      }
      const answer = (ms: number): void => {
        later(ms, () => leg.answer())
        if (manners.lastsMs !== null) later(ms + dice.between(100, manners.lastsMs), () => leg.hangUp())
      }
      if (mood < 0.05) answer(0)
      else if (mood < 0.1) later(ringMs, () => leg.reject(dice.of([486, 603, 480, 488])))
      else if (mood < 0.13)
        return // says nothing at all
      else {
        later(ringMs, () => leg.ring())
        if (mood < 0.75) answer(ringMs + answerMs)
        else if (mood < 0.87)
          answer(dice.of(manners.late) + dice.between(-12, 12)) // just when we give up
        else if (mood < 0.92) later(ringMs + answerMs, () => leg.reject(dice.of([486, 603])))
        // else it rings on, until somebody gives up
      }
    },
  }
}
