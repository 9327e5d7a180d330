import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { problemWith } from '../config/index.ts'

/** A value that was typed, as the file will have it; or what is wrong with it. */
export type Read<T> = { readonly value: T } | { readonly problem: string }

/** A file that was named: `missing` when it is not there (yet). */
export interface NamedFile {
  readonly path: string
  readonly missing: boolean
}

export interface NamedCluster {
  readonly name: string
  readonly kubeconfig: NamedFile
}

export function readRancherUrl(text: string): Read<string> {
  const url = text.replace(/\/+$/, '')
  const problem = problemWith('rancher.url', url)
  return problem === null ? { value: url } : { problem: `"${text}": ${problem}` }
}

export function readTeam(text: string): Read<string> {
  const problem = problemWith('slack.team', text)
  return problem === null ? { value: text } : { problem: `"${text}": ${problem}` }
}

/** People in one text, between spaces or commas. `team` null: only accounts of the terminal, for want of a workspace. */
export function readPeople(text: string, team: string | null): Read<readonly string[]> {
  const people = text.split(/[\s,]+/).filter(Boolean)
  for (const person of people) {
    const problem = problemWith('policy person', person)
    if (problem !== null) return { problem: `"${person}": ${problem}` }
    if (team === null && !person.includes('/')) {
      return { problem: `"${person}" needs the Slack workspace, or write it as T…/${person}` }
    }
  }
  return { value: people }
}

/** A PEM file of certificates. Looked for beside the configuration, then from here. */
export function readCaFile(text: string, folder: string): Read<NamedFile> {
  return readFile(text, folder, (content) => {
    try {
      new X509Certificate(content)
      return null
    } catch {
      return 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)'
    }
  })
}

/** A kubeconfig that does not go through Rancher's proxy, which works only while Rancher has the cluster. */
export function readKubeconfig(text: string, folder: string): Read<NamedFile> {
  return readFile(text, folder, (content) => {
    if (!/^\s*"?clusters"?\s*:/m.test(content)) return 'is no kubeconfig: it has no clusters'
    return content.includes('/k8s/clusters/c-')
      ? 'goes through Rancher (/k8s/clusters/…): it would not work when Rancher has lost the cluster'
      : null
  })
}

/** `NAME=KUBECONFIG`; the path may have further equals signs. */
export function readCluster(text: string, folder: string): Read<NamedCluster> {
  const [name = '', ...rest] = text.split('=')
  const path = rest.join('=')
  if (name === '' || path === '') return { problem: `"${text}" is not NAME=KUBECONFIG` }
  const kubeconfig = readKubeconfig(path, folder)
  return 'problem' in kubeconfig ? kubeconfig : { value: { name, kubeconfig: kubeconfig.value } }
}

export interface People {
  readonly request: readonly string[]
  readonly approve: readonly string[]
  readonly approveAlone: readonly string[]
}

/** Why nothing could ever be approved with these lists; null when something can. */
export function policyProblem({ request, approve, approveAlone }: People): string | null {
  if (approveAlone.length > 0) return null
  if (approve.length === 0) return 'nobody could approve a recovery: name at least one person'
  if (new Set([...request, ...approve]).size > 1) return null
  return `${approve[0]} could approve only what somebody else asks for, and nobody else is named`
}

function readFile(
  text: string,
  folder: string,
  problemOf: (content: string) => string | null,
): Read<NamedFile> {
  const typed = text.replace(/^~(?=\/)/, homedir())
  const beside = resolve(folder, typed)
  const found = [beside, resolve(typed)].find((path) => statSync(path, { throwIfNoEntry: false }))
  if (found === undefined) return { value: { path: typed, missing: true } }
  try {
    const problem = problemOf(readFileSync(found, 'utf8'))
    if (problem !== null) return { problem: `"${text}" ${problem}` }
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return { problem: `"${text}" cannot be read (${reason})` }
  }
  return { value: { path: found === beside ? typed : found, missing: false } }
}

/** The folder that relative paths of a configuration file start from; `-` is written to nowhere in particular. */
export function folderOf(output: string): string {
  return output === '-' ? resolve('.') : dirname(resolve(output))
}
