#!/usr/bin/env bash
# Calls both operations with curl. `clients/main.rs` sets the environment.
set -euo pipefail

ask() {
    curl --fail-with-body --silent --show-error --cacert "$ATLAS_CA" "$@"
}

bearer() {
    proof=(--oauth2-bearer "$1")
}

case $ATLAS_CREDENTIALS in
token) bearer "$ATLAS_TOKEN" ;;
key) proof=(--digest --user "$ATLAS_PUBLIC_KEY:$ATLAS_PRIVATE_KEY") ;;
account)
    issued=$(ask --user "$ATLAS_CLIENT_ID:$ATLAS_CLIENT_SECRET" \
        --data grant_type=client_credentials "$ATLAS_URL/api/oauth/token")
    token=${issued#*'"access_token":"'}
    bearer "${token%%\"*}"
    ;;
esac

group=$ATLAS_URL/api/atlas/v2/groups/$ATLAS_GROUP
media_type=application/vnd.atlas.2024-05-30+json
listed=$(ask "${proof[@]}" --header 'Accept: application/vnd.atlas.2023-01-01+json' \
    "$group/clusters/$ATLAS_CLUSTER/backup/exports?itemsPerPage=2")
created=$(ask "${proof[@]}" --header "Accept: $media_type" --header "Content-Type: $media_type" \
    --data "$ATLAS_BUCKET" "$group/backup/exportBuckets")
printf '{"list":%s,"create":%s}\n' "$listed" "$created"
