/**
 * A sorted map that is never changed, only answered anew: an AVL tree whose old versions stay valid. Every operation
 * touches O(log n) nodes, so a hall of 2,000 agents and 10,000 callers costs one event some twenty comparisons.
 */
export type Tree<K, V> = Node<K, V> | null
type Node<K, V> = {
  readonly key: K
  readonly value: V
  readonly left: Tree<K, V>
  readonly right: Tree<K, V>
  readonly height: number
}
/** Must be a total order; equal keys replace each other. */
export type Order<K> = (a: K, b: K) => number

export function put<K, V>(tree: Tree<K, V>, order: Order<K>, key: K, value: V): Node<K, V> {
  if (!tree) return node(key, value, null, null)
  const side = order(key, tree.key)
  if (side === 0) return node(key, value, tree.left, tree.right)
  return side < 0
    ? balanced(tree.key, tree.value, put(tree.left, order, key, value), tree.right)
    : balanced(tree.key, tree.value, tree.left, put(tree.right, order, key, value))
}

export function drop<K, V>(tree: Tree<K, V>, order: Order<K>, key: K): Tree<K, V> {
  if (!tree) return null
  const side = order(key, tree.key)
  if (side < 0) return balanced(tree.key, tree.value, drop(tree.left, order, key), tree.right)
  if (side > 0) return balanced(tree.key, tree.value, tree.left, drop(tree.right, order, key))
  if (!tree.left) return tree.right
  const next = first(tree.right)
  if (!next) return tree.left
  return balanced(next.key, next.value, tree.left, drop(tree.right, order, next.key))
}

export function find<K, V>(tree: Tree<K, V>, order: Order<K>, key: K): V | undefined {
  let at = tree
  while (at) {
    const side = order(key, at.key)
    if (side === 0) return at.value
    at = side < 0 ? at.left : at.right
  }
  return undefined
}

export function first<K, V>(tree: Tree<K, V>): { readonly key: K; readonly value: V } | undefined {
  let at = tree
  while (at?.left) at = at.left
  return at ?? undefined
}

/** In order, smallest first. */
export function* entries<K, V>(tree: Tree<K, V>): Generator<readonly [K, V]> {
  const above: Node<K, V>[] = []
  for (let at = tree; at || above.length > 0; ) {
    for (; at; at = at.left) above.push(at)
    const next = above.pop()
    if (!next) return
    yield [next.key, next.value]
    at = next.right
  }
}

const heightOf = <K, V>(tree: Tree<K, V>): number => tree?.height ?? 0

const node = <K, V>(key: K, value: V, left: Tree<K, V>, right: Tree<K, V>): Node<K, V> => ({
  key,
  value,
  left,
  right,
  height: Math.max(heightOf(left), heightOf(right)) + 1,
})

function balanced<K, V>(key: K, value: V, left: Tree<K, V>, right: Tree<K, V>): Node<K, V> {
  const lean = heightOf(left) - heightOf(right)
  if (lean > 1 && left) {
    if (heightOf(left.left) >= heightOf(left.right))
      return node(left.key, left.value, left.left, node(key, value, left.right, right))
    const mid = left.right
    if (mid)
      return node(
        mid.key,
        mid.value,
        node(left.key, left.value, left.left, mid.left),
        node(key, value, mid.right, right),
      )
  }
  if (lean < -1 && right) {
    if (heightOf(right.right) >= heightOf(right.left))
      return node(right.key, right.value, node(key, value, left, right.left), right.right)
    const mid = right.left
    if (mid)
      return node(
        mid.key,
        mid.value,
        node(key, value, left, mid.left),
        node(right.key, right.value, mid.right, right.right),
      )
  }
  return node(key, value, left, right)
}
