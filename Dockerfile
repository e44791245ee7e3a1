# syntax=docker/dockerfile:1
# One image for every role: what a cluster is, its configuration and its store say, not the build.
# Node's long-term support line, by the digests of the images for all platforms: the same bytes every time. A digest names one build for good,
# without later security updates of its system; README.md says how to take those.
#
# What is compiled, better-sqlite3 above all, is compiled with the headers of this version, whatever runs it: those of 24.19 and later make of it
# an addon that aborts the process in a garbage collection (nodejs/node#65446). The full image brings python3, make and g++.
FROM node:24.18.1-bookworm@sha256:19cd848a0e073d34bd8cd5545a1b6b4d28489b3e3b607366621ced442bd5f6b4 AS build
ENV npm_config_build_from_source=true npm_config_nodedir=/usr/local
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json nest-cli.json ./
COPY apps ./apps
COPY libs ./libs
COPY tools/build-ui.js ./tools/
RUN npm run build && npm prune --omit=dev

FROM node:24.18.1-bookworm-slim@sha256:235600a8101ab264e117b1768e925532262668dc9b581ef1dd7d96ced463b8e7
ENV NODE_ENV=production
WORKDIR /app
# Fixed numbers: volumes keep their owner over builds, and Kubernetes sees that it is not root.
RUN groupadd --gid 10001 tidelock && useradd --uid 10001 --gid tidelock --home-dir /tidelock --no-create-home --shell /usr/sbin/nologin tidelock \
  && mkdir -p /tidelock/config /tidelock/file /tidelock/logs && chown -R tidelock:tidelock /tidelock
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/package.json ./package.json
COPY LICENSE ./LICENSE
COPY bin ./bin
COPY deploy ./deploy
RUN ln -s /app/bin/tidelock /usr/local/bin/tidelock
USER 10001:10001
EXPOSE 8200 8201
VOLUME ["/tidelock/file", "/tidelock/logs"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s --retries=3 CMD ["/app/deploy/healthcheck.sh"]
ENTRYPOINT ["/app/deploy/docker-entrypoint.sh"]
CMD ["server", "-dev"]
