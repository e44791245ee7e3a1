#!/bin/bash
# Whether a server answers on this port of the container, sealed or not: without starting a Node every few seconds. A port with TLS answers
# plain HTTP with 400, and is as alive.
set -u
exec 3<>"/dev/tcp/127.0.0.1/${1:-8200}" || exit 1
printf 'GET /v1/sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200 HTTP/1.0\r\nHost: localhost\r\nX-Vault-Request: true\r\n\r\n' >&3
read -r -t 3 _ status _ <&3 || exit 1
[ "$status" = 200 ] || [ "$status" = 400 ]
