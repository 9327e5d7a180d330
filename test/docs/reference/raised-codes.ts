import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'rolldown/parseAst'

/** A place in the code that makes a failure. */
export interface Raise {
  readonly file: string
  readonly code: string
  /** The names of the facts that are given, null where the code does not list them there. */
  readonly facts: readonly string[] | null
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/**
 * Where the product raises each of these codes. A code that is only compared, listed, mapped from or part of a type is not raised.
 */
export function raisesOf(codes: ReadonlySet<string>): readonly Raise[] {
  const files = globSync('{src,jobs}/**/*.ts', { cwd: ROOT }).filter(
    (file) => !file.startsWith('src/recovery/failure-texts/'),
  )
  return files.flatMap((file) => {
    const found: Raise[] = []
    visit(parseAst(readFileSync(join(ROOT, file), 'utf8'), { lang: 'ts' }), [], (node, parents) => {
      if (node.type !== 'Literal' || typeof node.value !== 'string') return
      if (codes.has(node.value) && !isOnlyNamed(node, parents)) {
        found.push({ file, code: node.value, facts: factsAt(node, parents) })
      }
    })
    return found
  })
}

type Node = Readonly<Record<string, unknown>>

function visit(
  value: unknown,
  parents: readonly Node[],
  see: (node: Node, parents: readonly Node[]) => void,
): void {
  if (Array.isArray(value)) {
    for (const one of value) visit(one, parents, see)
  } else if (isNode(value)) {
    see(value, parents)
    for (const inner of Object.values(value)) visit(inner, [...parents, value], see)
  }
}

function isOnlyNamed(node: Node, parents: readonly Node[]): boolean {
  const parent = parents.at(-1)
  switch (parent?.type) {
    case 'BinaryExpression':
    case 'TSLiteralType':
    case 'ArrayExpression':
    case 'SwitchCase':
      return true
    case 'Property':
      return parent.key === node
    default:
      return false
  }
}

/** Of `new Failure('code', { a, b: … })`: `a` and `b`. */
function factsAt(node: Node, parents: readonly Node[]): readonly string[] | null {
  const made = parents.at(-1)
  if (made?.type !== 'NewExpression' || !Array.isArray(made.arguments)) return null
  const [first, facts] = made.arguments
  if (first !== node) return null
  if (facts === undefined) return []
  if (!isNode(facts) || !Array.isArray(facts.properties)) return null
  const keys = facts.properties.map((property) =>
    isNode(property) && isNode(property.key) ? property.key.name : null,
  )
  return keys.every((key) => typeof key === 'string') ? keys : null
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}
