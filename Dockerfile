# syntax=docker/dockerfile:1
# One image for every role: what a cluster is, its configuration and its store say, not the build.
FROM node:20-bookworm AS build
WORKDIR /app
# better-sqlite3 compiles where no prebuilt binary can be had; the full image brings python3, make and g++.
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json nest-cli.json ./
COPY apps ./apps
COPY libs ./libs
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
RUN groupadd --system tidelock && useradd --system --gid tidelock --home-dir /tidelock tidelock \
  && mkdir -p /tidelock/config /tidelock/file /tidelock/logs && chown -R tidelock:tidelock /tidelock
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/package.json ./package.json
COPY bin ./bin
COPY deploy ./deploy
RUN ln -s /app/bin/tidelock /usr/local/bin/tidelock
USER tidelock
EXPOSE 8200 8201
VOLUME ["/tidelock/file", "/tidelock/logs"]
ENTRYPOINT ["/app/deploy/docker-entrypoint.sh"]
CMD ["server", "-dev"]
