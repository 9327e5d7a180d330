# Reagent in a container: docker build -t reagent . ; docker run reagent --help
#
# slim, not distroless: on one machine Reagent runs its own Redis, which needs redis-server and a shell that ends it with Reagent.
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without packages for development and without install scripts. Types and source maps are 50 MiB that nothing reads at run time.
RUN npm ci --omit=dev --ignore-scripts
RUN find node_modules -type f -regextype posix-extended -regex '.*\.(map|d\.[cm]?ts)' -delete

FROM node:24.21.0-bookworm-slim
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Reagent" \
      org.opencontainers.image.description="A Slack bot that brings a Rancher-managed Kubernetes cluster back when Rancher has lost it" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/node:24.21.0-bookworm-slim"
# tini is process 1: it takes in what the private Redis and log-in programs of kubeconfigs leave behind, which Node does not, and gives
# signals their usual effect before and after Reagent handles them.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends redis-server tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY jobs ./jobs
RUN ln -s /app/src/main.ts /usr/local/bin/reagent
RUN install --directory --owner=1000 --group=1000 --mode=0700 /data
ENV NODE_ENV=production \
    REAGENT_CONFIG=/etc/reagent/reagent.yaml \
    REAGENT_DATA_DIR=/data \
    REAGENT_OBSERVE_ADDRESS=0.0.0.0:9464
# A number, so that Kubernetes can tell that it is not root. Only /data and /tmp are written: the rest may be read-only.
USER 1000:1000
WORKDIR /data
VOLUME /data
# Slack's requests (not in Socket Mode); health and metrics.
EXPOSE 3000 9464
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://' + process.env.REAGENT_OBSERVE_ADDRESS + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "reagent"]
CMD ["start"]
