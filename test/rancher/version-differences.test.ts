import { describe, expect, it } from 'vitest'
import { credentialsSecretNameOf, has, rancherVersionOf } from '../../src/rancher/index.ts'

describe('a version', () => {
  it('is known from 2.1 to 2.14', () => {
    for (const text of ['v2.1.5', '2.5.6', 'v2.14.4', 'rancher/rancher-agent:v2.12.0']) {
      expect(rancherVersionOf(text).acquaintance, text).toBe('known')
    }
  })

  it('that is newer works as the newest known one', () => {
    const version = rancherVersionOf('v2.16.1')
    expect(version.acquaintance).toBe('newer')
    expect(has(version, 'noNodeAgent')).toBe(true)
  })

  it('that is older is told apart', () => {
    expect(rancherVersionOf('v2.0.8').acquaintance).toBe('older')
    expect(rancherVersionOf('v1.6.30').acquaintance).toBe('older')
  })

  it('is the first that a build’s texts name', () => {
    expect(rancherVersionOf('dev', 'v2.12.0', 'rancher/rancher-agent:head')).toMatchObject({
      text: 'v2.12.0',
      line: '2.12',
    })
    expect(rancherVersionOf('dev', '').acquaintance).toBe('unnamed')
  })
})

describe('a difference between versions', () => {
  it('is decided by the patch within a line that got it, by the line elsewhere', () => {
    const versions = [
      'v2.9.8',
      'v2.9.9',
      'v2.10.4',
      'v2.10.5',
      'v2.11.0',
      'v2.11.1',
      'v2.8.16',
      'v2.12.0',
    ]
    const hashed = versions.filter((text) => has(rancherVersionOf(text), 'secretNameBySha256'))
    expect(hashed).toEqual(['v2.9.9', 'v2.10.5', 'v2.11.1', 'v2.12.0'])
  })

  it('names the credentials secret as recorded on 2.1.5', () => {
    const name = credentialsSecretNameOf(rancherVersionOf('v2.1.5'), {
      url: 'https://rancher.example.com',
      token: 'nosuchtoken',
      namespace: '',
    })
    expect(name).toBe('cattle-credentials-5c560d1')
  })

  it('names the credentials secret as recorded on 2.12.0', () => {
    const name = credentialsSecretNameOf(rancherVersionOf('v2.12.0'), {
      url: 'https://127.0.0.1:18443',
      token: 'tnn4466jvjv6q2ssf6vkmq4spb8mlb6xlk4ct52j4mf5rlhfsvhmq9',
      namespace: '',
    })
    expect(name).toBe('cattle-credentials-bdeb28b396')
  })
})
