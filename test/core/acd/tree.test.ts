import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drop, entries, find, first, put, type Tree } from '../../../src/acd/core/tree.ts'

const byNumber = (a: number, b: number): number => a - b
const depth = (tree: Tree<number, number>): number => (tree ? 1 + Math.max(depth(tree.left), depth(tree.right)) : 0)

test('a tree holds what a sorted map would, after any puts and drops, and old versions stay as they were', () => {
  const action = fc.record({ key: fc.nat(60), put: fc.boolean() })
  fc.assert(
    fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
      let tree: Tree<number, number> = null
      const model = new Map<number, number>()
      actions.forEach(({ key, put: isPut }, i) => {
        const before = tree
        const listed = [...entries(before)]
        tree = isPut ? put(tree, byNumber, key, i) : drop(tree, byNumber, key)
        if (isPut) model.set(key, i)
        else model.delete(key)
        expect([...entries(before)]).toEqual(listed)
      })
      const sorted = [...model].toSorted(([a], [b]) => a - b)
      expect([...entries(tree)]).toEqual(sorted)
      expect(first(tree)?.key).toBe(sorted[0]?.[0])
      for (let key = 0; key <= 60; key++) expect(find(tree, byNumber, key)).toBe(model.get(key))
      expect(depth(tree)).toBeLessThanOrEqual(1.45 * Math.log2(model.size + 2))
    }),
    { numRuns: 200 },
  )
})
