/**
 * Where Rancher's versions differ. Everything else in this room holds for all of them.
 *
 * The manifest's path: 2.1 to 2.5.5 serve `/v3/import/<token>.yaml`; from 2.5.6 on the token is followed by `_<cluster id>` and
 * the bare form is no longer routed (`pkg/multiclustermanager/routes.go`).
 */
export function importPathOf(token: string): string {
  return `/v3/import/${token}.yaml`
}
