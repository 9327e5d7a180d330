import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { fileSchema, variables } from '../../src/config/index.ts'
import { factTexts } from './reference/facts.ts'
import { documentedFailures } from './reference/failures.ts'
import { blocks, blocksIn, generatedFiles } from './reference/generated.ts'
import { raisesOf } from './reference/raised-codes.ts'

const files = generatedFiles()
const failures = documentedFailures().flatMap((group) => group.failures)

describe('the documentation', () => {
  it.each(files)('says in $path what the code says (npm run docs writes it)', (file) => {
    expect(file.actual).toBe(file.expected)
  })

  it('leaves nothing out that is generated', () => {
    const used = files.flatMap(({ actual }) => blocksIn(actual))
    expect(used.toSorted()).toEqual(Object.keys(blocks).toSorted())
  })
})

describe('reagent.example.yaml', () => {
  const text = files.find(({ path }) => path === 'reagent.example.yaml')?.actual ?? ''

  it('is a valid configuration', () => {
    expect(fileSchema.safeParse(load(text)).error).toBeUndefined()
  })

  it('names every secret', () => {
    const secrets = Object.entries(variables).filter(([, { fromFile }]) => fromFile)
    expect(secrets.filter(([name]) => !text.includes(`#   ${name} `))).toEqual([])
  })
})

describe('the codes of failures', () => {
  const raises = raisesOf(new Set(failures.map(({ code }) => code)))

  it('are all raised somewhere', () => {
    const raised = new Set(raises.map(({ code }) => code))
    expect(failures.filter(({ code }) => !raised.has(code))).toEqual([])
  })

  it('are not counted as raised where they are only compared', () => {
    expect(raisesOf(new Set(['FieldManagerConflict', 'ReadWriteOnce']))).toEqual([])
  })

  it('come with every fact that their texts need', () => {
    const missing = raises.flatMap(({ file, code, facts }) => {
      const failure = failures.find((one) => one.code === code)
      const needed = failure?.facts.filter((fact) => !failure.optionalFacts.includes(fact)) ?? []
      const lacking = facts === null ? [] : needed.filter((fact) => !facts.includes(fact))
      return lacking.map((fact) => `${file}: ${code} without ${fact}`)
    })
    expect(missing).toEqual([])
  })

  it('carry only facts that the documentation explains, and it explains no other', () => {
    const used = new Set(failures.flatMap(({ facts }) => facts))
    expect([...used].toSorted()).toEqual(Object.keys(factTexts).toSorted())
  })
})
