#!/bin/sh
# What an operator's script does: look the cluster up, get its registration, get the manifest, make it fit, apply it.
# usage: by-hand.sh RANCHER_URL CA_FILE KUBECONFIG CLUSTER ; RANCHER_TOKEN in the environment
set -eu
url=$1 ca=$2 kubeconfig=$3 cluster=$4
ask() { curl -sf --cacert "$ca" -H "Authorization: Bearer $RANCHER_TOKEN" -H 'Accept: application/json' "$@"; }
id=$(ask -G --data-urlencode "name=$cluster" "$url/v3/clusters" | jq -er '.data[0].id')
token=$(ask -G --data-urlencode "clusterId=$id" "$url/v3/clusterregistrationtokens" | jq -er '[.data[] | select(.name != "system")][0].token')
curl -sf --cacert "$ca" "$url/v3/import/$token.yaml" |
  sed -e 's#extensions/v1beta1#apps/v1#' -e 's#rbac.authorization.k8s.io/v1beta1#rbac.authorization.k8s.io/v1#' |
  kubectl --kubeconfig "$kubeconfig" apply -f - >/dev/null
