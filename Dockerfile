# syntax=docker/dockerfile:1
# The server as an image: built here from the lock file, run as a user without rights, over a root that may be read-only. All that it
# writes is under /data. How to run it: docs/operations.md.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY scripts/build.js ./scripts/
COPY src ./src
COPY web ./web
RUN npm run build

FROM node:${NODE_VERSION}-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:${NODE_VERSION}-bookworm-slim AS server
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json schema.graphql LICENSE ./
# A new volume takes its owner and its mode from here.
RUN install --directory --owner=node --group=node --mode=700 /data
VOLUME /data
# By number, so that an orchestrator sees that it is not root. It is the user `node` of the base image.
USER 1000:1000
EXPOSE 4000
# Liveness, not readiness: a container is not to be started anew because Keepnet is away.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# What Node is given is the same as in the first line of src/cli.ts.
ENTRYPOINT ["node", "--max-semi-space-size=32", "dist/cli.js"]
CMD ["serve"]
