#!/bin/sh
# Becomes the program: signals reach it directly. Nothing is written, so the configuration folder may be read-only; a configuration in
# TIDELOCK_LOCAL_CONFIG or VAULT_LOCAL_CONFIG is read by the server itself.
set -eu
config="${TIDELOCK_CONFIG_DIR:-/tidelock/config}"
case "${1:-}" in
  server)
    if [ "$#" -eq 1 ]; then set -- server "-config=$config"; fi
    # In a container 127.0.0.1 is reached by nobody: a published port leads to the other addresses.
    if [ -z "${TIDELOCK_DEV_LISTEN_ADDRESS:-}${VAULT_DEV_LISTEN_ADDRESS:-}" ]; then export TIDELOCK_DEV_LISTEN_ADDRESS=0.0.0.0:8200; fi
    exec tidelock "$@"
    ;;
  node|sh|bash|/*) exec "$@" ;;
  *) exec tidelock "$@" ;;
esac
