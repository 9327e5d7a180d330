import { parser } from '@prometheus-io/lezer-promql'

/** A metric that a PromQL expression reads, with every label that the expression expects of it. */
export interface MetricUse {
  readonly metric: string
  readonly labels: readonly string[]
}

/** What Grafana puts in place of its own variables. */
const VARIABLES: Readonly<Record<string, string>> = {
  $__rate_interval: '5m',
  $__range: '6h',
}

/**
 * The metrics that an expression of a panel reads. Labels to group by count for each metric of the expression. Throws for one that is not
 * PromQL.
 */
export function metricsIn(expression: string): readonly MetricUse[] {
  const text = expression.replace(/\$__\w+/g, (name) => VARIABLES[name] ?? name)
  const metrics: { metric: string; labels: string[] }[] = []
  const groupedBy: string[] = []
  parser.parse(text).iterate({
    enter(node) {
      const said = text.slice(node.from, node.to)
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${text}`)
      if (node.name === 'VectorSelector') {
        const [name = ''] = /^\w+/.exec(said) ?? []
        const matchers = [...said.matchAll(/[{,]\s*(\w+)\s*(?:=~|!~|!=|=)/g)]
        metrics.push({ metric: name, labels: matchers.map(([, label = '']) => label) })
      }
      if (node.name === 'GroupingLabels') {
        groupedBy.push(...(said.match(/\w+/g) ?? []))
      }
    },
  })
  if (metrics.length === 0) throw new Error(`no metric in: ${text}`)
  return metrics.map(({ metric, labels }) => ({ metric, labels: [...labels, ...groupedBy] }))
}
