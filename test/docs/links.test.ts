import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from './reference/generated.ts'

const pages = ['README.md', ...globSync('docs/*.md', { cwd: ROOT })].map((path) => ({
  path,
  text: readFileSync(join(ROOT, path), 'utf8'),
}))

describe.each(pages)('$path', ({ path, text }) => {
  it('links only to files and headings that are there', () => {
    const broken = linksIn(text).filter((link) => !leadsSomewhere(path, link))
    expect(broken).toEqual([])
  })

  it('names only source files that are there', () => {
    const named = [...text.matchAll(/`((?:src|jobs|deploy|test|lab)\/[\w./-]*)`/g)]
    const missing = named
      .map(([, file = '']) => file)
      .filter((file) => !existsSync(join(ROOT, file)))
    expect(missing).toEqual([])
  })

  it('gives the figures that the code has', () => {
    const wrong = figuresIn(text).filter(
      ({ said, file, constant }) => said !== millisecondsOf(file, constant),
    )
    expect(wrong).toEqual([])
  })
})

describe('these checks', () => {
  it('see a broken link, a broken heading and a wrong figure', () => {
    expect(linksIn('[a](nowhere.md) and [b](#nowhere)')).toEqual(['nowhere.md', '#nowhere'])
    expect(leadsSomewhere('README.md', 'nowhere.md')).toBe(false)
    expect(leadsSomewhere('README.md', '#nowhere')).toBe(false)
    expect(leadsSomewhere('README.md', '#commands')).toBe(true)
    const [figure] = figuresIn('30 s (`LEASE_MS` in `src/store/lease-store.ts`)')
    expect(figure).toMatchObject({ said: 30_000, constant: 'LEASE_MS' })
    expect(millisecondsOf('src/store/lease-store.ts', 'LEASE_MS')).toBe(30_000)
  })
})

function linksIn(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
}

function leadsSomewhere(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? page : normalize(join(dirname(page), file))
  if (!existsSync(join(ROOT, target))) return false
  return anchor === undefined || anchorsIn(readFileSync(join(ROOT, target), 'utf8')).has(anchor)
}

/** Headings as GitHub makes anchors of them, and anchors that are written out. */
function anchorsIn(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
  const written = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)
  return new Set([...headings, ...written])
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000 }

/** `30 s (`LEASE_MS` in `src/…`)`: a time in the documentation, in milliseconds, and the constant that it comes from. */
function figuresIn(text: string) {
  return [...text.matchAll(/(\d+(?:\.\d+)?)\s+(ms|s|min)\s+\(`([A-Z_]+)`\s+in\s+`([^`]+)`\)/g)].map(
    ([, amount, unit = 'ms', constant = '', file = '']) => ({
      said: Number(amount) * (UNIT_MS[unit] ?? 1),
      constant,
      file,
    }),
  )
}

function millisecondsOf(file: string, constant: string): number | null {
  const text = existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : ''
  const found = new RegExp(`^const ${constant} = ([\\d_]+)$`, 'm').exec(text)
  return found ? Number(found[1]?.replaceAll('_', '')) : null
}
