/** What people read at the terminal: Chinese first, English second. */
export type Text = { readonly zh: string; readonly en: string }
export type Value = string | number | Text

/** Makes the voice of a file of messages. A line is `中文 — English`; `{name}` is filled in, a text in its own language. */
export function voiceOf<Name extends string>(messages: Readonly<Record<Name, Text>>) {
  const fill = (text: Text, language: keyof Text, values: Readonly<Record<string, Value>>): string =>
    text[language].replaceAll(/\{(\w+)\}/g, (hole, key: string) => {
      const value = values[key]
      return value === undefined ? hole : String(typeof value === 'object' ? value[language] : value)
    })
  return (name: Name, values: Readonly<Record<string, Value>> = {}): string =>
    `${fill(messages[name], 'zh', values)} — ${fill(messages[name], 'en', values)}`
}
