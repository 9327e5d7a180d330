import { readFileSync } from 'node:fs'

// Stands for `kubectl get --raw PATH`: answers from the file that its first argument names.
const [, , file = '', get, raw, path = ''] = process.argv
const answers: Readonly<Record<string, unknown>> = JSON.parse(readFileSync(file, 'utf8'))
if (get === 'get' && raw === '--raw' && path in answers) {
  process.stdout.write(JSON.stringify(answers[path]))
} else {
  process.stderr.write('Error from server (NotFound): the server could not find the resource\n')
  process.exitCode = 1
}
