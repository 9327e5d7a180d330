// Writes the generated parts of docs/ and reagent.example.yaml anew: `npm run docs`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedFiles, ROOT } from './reference/generated.ts'

for (const { path, actual, expected } of generatedFiles()) {
  if (actual === expected) continue
  writeFileSync(join(ROOT, path), expected)
  process.stdout.write(`wrote ${path}\n`)
}
