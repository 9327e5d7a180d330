import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly resolved?: string
}

const file = new URL('../../package-lock.json', import.meta.url)
const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(
  readFileSync(file, 'utf8'),
)

/** Where Node would look for a dependency of the package at `path`, nearest first. */
function placesOf(path: string, name: string): string[] {
  const above = path.lastIndexOf('/node_modules/')
  const own = path === '' ? `node_modules/${name}` : `${path}/node_modules/${name}`
  if (path === '') return [own]
  return [own, ...placesOf(above < 0 ? '' : path.slice(0, above), name)]
}

describe('the lock file', () => {
  it('holds the packages of every platform, so that a clean install works on each', () => {
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
        .filter((name) => !placesOf(path, name).some((place) => place in packages))
        .map((name) => `${path || 'reagent'} needs ${name}`),
    )
    expect(missing).toEqual([])
  })

  it('names no registry, so that anybody’s own is used', () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
  })
})
