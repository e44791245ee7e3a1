#!/bin/sh
# Writes TIDELOCK_LOCAL_CONFIG (JSON) into the config folder and becomes the program: signals reach it directly.
set -eu
config="${TIDELOCK_CONFIG_DIR:-/tidelock/config}"
if [ -n "${TIDELOCK_LOCAL_CONFIG:-}" ]; then
  printf '%s' "$TIDELOCK_LOCAL_CONFIG" > "$config/local.json"
fi
if [ "$1" = server ] && [ "$#" -eq 1 ]; then
  set -- server "-config=$config"
fi
case "$1" in
  node|sh) exec "$@" ;;
  *) exec tidelock "$@" ;;
esac
