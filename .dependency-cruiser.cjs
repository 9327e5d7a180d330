// The room rules of the design: they keep the house liveable, so a lint step checks them.
const rooms = [
  'config',
  'recovery',
  'slack',
  'cli',
  'rancher',
  'manifest',
  'cluster',
  'planning',
  'diagnosis',
  'checks',
  'operations',
  'store',
  'queue',
  'observe',
]
const room = (...names) => `^src/(${names.join('|')})/`

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'recovery-imports-no-other-room',
      severity: 'error',
      from: { path: room('recovery') },
      to: { path: '^(src|jobs|lab|test)/', pathNot: room('recovery') },
    },
    {
      name: 'talking-to-people-never-touches-clusters',
      severity: 'error',
      from: { path: room('slack', 'cli') },
      to: { path: room('rancher', 'cluster', 'manifest') },
    },
    {
      name: 'cluster-rooms-never-talk-to-people-or-store',
      severity: 'error',
      from: { path: room('rancher', 'cluster', 'manifest', 'diagnosis', 'planning') },
      to: { path: room('slack', 'store', 'queue') },
    },
    ...rooms.map((name) => ({
      name: `${name}-is-entered-through-its-index`,
      severity: 'error',
      from: { path: '^(src|jobs|lab|test)/', pathNot: room(name) },
      to: { path: room(name), pathNot: `^src/${name}/index\\.ts$` },
    })),
    {
      name: 'the-product-does-not-know-the-lab',
      severity: 'error',
      from: { path: '^(src|jobs)/' },
      to: { path: '^(lab|test)/' },
    },
    {
      name: 'no-orphan-or-unresolvable-import',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
