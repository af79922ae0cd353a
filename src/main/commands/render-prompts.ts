/** Renders every prompt that is missing or whose text has changed, in Chinese and English, and the music for waiting callers. */
import { join } from 'node:path'
import { readConfig } from '#platform/config'
import { promptLanguages, promptTexts } from '#platform/prompt-texts'
import { espeakEngine, keepSound, programRunner, renderPrompts, waitingMusic } from '#platform/prompts'

export const summary = 'renders the prompts that are missing or whose text has changed'

export async function run(env: NodeJS.ProcessEnv): Promise<void> {
  const { dir, speechPrefix } = readConfig(env, 'prompts').prompts
  const runProgram = programRunner(speechPrefix.split(' ').filter((word) => word !== ''))
  let rendered = 0
  for (const language of promptLanguages) {
    const texts = Object.fromEntries(Object.entries(promptTexts).map(([name, text]) => [name, text[language]]))
    const inLanguage = language === 'zh' ? dir : join(dir, language)
    rendered += (await renderPrompts(inLanguage, texts, espeakEngine(runProgram, language))).rendered
  }
  await keepSound(dir, 'music/waiting', waitingMusic.toString(), () => waitingMusic(runProgram))
  console.log(`${rendered} prompts rendered, ${Object.keys(promptTexts).length * promptLanguages.length} in all`)
}
