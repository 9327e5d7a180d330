import type { Quirks } from '../rancher-quirks.ts'
import type { CollectionTemplate } from './collection.ts'
import { type JsonObject, objectsIn, recordedObject, textIn } from './recorded.ts'

/** The recorded answers that a version's are made from, with what they say of the server that they were recorded from. */
export interface Templates {
  readonly host: string
  readonly clusterId: string
  readonly cluster: JsonObject
  readonly apiEndpoint: string
  readonly clusters: CollectionTemplate
  readonly registrations: CollectionTemplate
  readonly nodes: CollectionTemplate
  readonly unauthorized: JsonObject
  readonly kubeconfig: { readonly record: JsonObject; readonly token: string }
  registrationOf(name: string): RegistrationTemplate
}

interface RegistrationTemplate {
  readonly record: JsonObject
  readonly clusterId: string
  readonly name: string
  readonly token: string
  /** Last part of the manifest's address, in the form that is replaced. */
  readonly file: string
  readonly caChecksum: string
}

/** Up to 2.5 everything is made from the recordings of 2.1.5, later from those of 2.12.0. */
export function templatesFor(quirks: Quirks): Templates {
  return quirks.has('answersOfTwelve') ? ofTwelve() : ofOne()
}

function ofOne(): Templates {
  const registration: RegistrationTemplate = {
    record: recordedObject('token-create.json'),
    clusterId: 'c-wrts8',
    name: 'crt-lczfz',
    token: 's7k9jglgjmf4v8hlpf7xt97cxpp4khthddt8wp2kxxlsngpbq8c6tm',
    file: 's7k9jglgjmf4v8hlpf7xt97cxpp4khthddt8wp2kxxlsngpbq8c6tm.yaml',
    caChecksum: 'ad0eb7067ffa83f8a47fe0550929b9167dd275dfc374401ff664789c2697972a',
  }
  return {
    host: 'rancher.example.com',
    clusterId: 'c-sxlbv',
    cluster: recordedObject('cluster-unavailable.json'),
    apiEndpoint: 'https://192.0.2.10:6443',
    clusters: { recording: recordedObject('clusters-none.json'), recordedQuery: 'name=nosuch&' },
    registrations: {
      recording: recordedObject('tokens.json'),
      recordedQuery: 'clusterId=c-sxlbv&',
    },
    nodes: { recording: recordedObject('nodes.json'), recordedQuery: 'clusterId=c-sxlbv&' },
    unauthorized: recordedObject('unauth.json'),
    kubeconfig: {
      record: recordedObject('generateKubeconfig.json'),
      token: 'tf9nfvcfphcbl5t9qtjkw8p7f86pdqh87sc9q9twn6sdpc2pl8tzdg',
    },
    registrationOf: () => registration,
  }
}

function ofTwelve(): Templates {
  const folder = 'rancher-v2.12.0'
  const recordedHost = '127.0.0.1:18443'
  const clusterId = 'c-m-xgq965c9'
  const recordedQuery = `clusterId=${clusterId}&`
  const registrations = recordedObject('clusterregistrationtokens.json', folder)
  const collection = (name: string, query: string) => ({
    recording: recordedObject(name, folder),
    recordedQuery: query,
    recordedHost,
  })
  return {
    host: recordedHost,
    clusterId,
    cluster: recordedObject('cluster-unavailable.json', folder),
    apiEndpoint: 'https://127.0.0.1:17443',
    clusters: collection('clusters-unavailable.json', ''),
    registrations: { recording: registrations, recordedQuery, recordedHost },
    nodes: collection('nodes.json', recordedQuery),
    unauthorized: recordedObject('unauthenticated.json', folder),
    kubeconfig: {
      record: recordedObject('generateKubeconfig.json', folder),
      token: '6xtvbx7kw7vgtgzzz8xhc589qbvp5rvpfxjhzrkkf9zcnfhtzm4lzh',
    },
    registrationOf(name) {
      const records = objectsIn(registrations.data)
      const record = records.find((found) => found.name === name) ?? records[0] ?? {}
      const token = textIn(record.token)
      return {
        record,
        clusterId,
        name: textIn(record.name),
        token,
        file: `${token}_${clusterId}.yaml`,
        caChecksum: 'd2b97dcba61c666b84a0253d8ccea388860873c593483f55f6d2b3d0a6302829',
      }
    },
  }
}
