import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import type { StaticFile } from './static-files.ts'

const ENTRY = fileURLToPath(new URL('./browser/main.tsx', import.meta.url))

/** The page's program for browsers in one file, with the path that index.html asks for. Rejects when it does not compile. */
export async function bundleProgram(): Promise<StaticFile & { readonly path: string }> {
  const bundle = await rolldown({
    input: ENTRY,
    platform: 'browser',
    tsconfig: fileURLToPath(new URL('./browser/tsconfig.json', import.meta.url)),
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true, codeSplitting: false })
  await bundle.close()
  return {
    path: '/program.js',
    contentType: 'text/javascript; charset=utf-8',
    content: Buffer.from(output[0].code),
  }
}
