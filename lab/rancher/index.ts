export type {
  AddedCluster,
  AgentSession,
  ClusterChange,
  ClusterState,
  ForcedAnswer,
  LabRancher,
  LabRancherOptions,
  NewCluster,
  SeenRequest,
  ServerLogLine,
} from './contract.ts'
export { startRancher } from './start-rancher.ts'
