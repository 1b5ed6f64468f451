#!/usr/bin/env bash
# Performs all calls with curl. `tests/tests/clients/client.rs` sets the environment.
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

before='{'
while IFS=$'\t' read -r name method target media_type body; do
    call=(--request "$method" --header "Accept: $media_type")
    [[ -z $body ]] || call+=(--header "Content-Type: $media_type" --data "$body")
    response=$(ask "${proof[@]}" "${call[@]}" "$ATLAS_URL$target")
    printf '%s"%s":%s' "$before" "$name" "${response:-null}"
    before=,
done <<<"$ATLAS_CALLS"
printf '}\n'
