import { Failure, type FailureCode } from '../../recovery/index.ts'
import type { Cluster } from '../contract.ts'

const CONTRARY: readonly FailureCode[] = ['cluster.wrong-cluster', 'cluster.unproved']

/** The same cluster, which writes nothing unless the last proof of its identity succeeded. */
export function writesOnlyWhenProved(cluster: Cluster): Cluster {
  let isProved = false
  const requireProof = async () => {
    if (isProved) return
    const reason = 'nothing has shown yet that it is the right one'
    const { server } = cluster
    throw new Failure('cluster.unproved', { cluster: cluster.source, server, uid: '', reason })
  }
  return {
    ...cluster,
    async prove(record, signal) {
      try {
        const proof = await cluster.prove(record, signal)
        isProved = true
        return proof
      } catch (error) {
        // An API server that did not answer has shown nothing new.
        if (error instanceof Failure && CONTRARY.includes(error.code)) isProved = false
        throw error
      }
    },
    async keepPrevious(prepared, writer, signal) {
      await requireProof()
      await cluster.keepPrevious(prepared, writer, signal)
    },
    async write(object, writer, signal) {
      await requireProof()
      return cluster.write(object, writer, signal)
    },
  }
}
