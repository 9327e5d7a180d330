# The packages, without those for development and without install scripts: everything at run time is JavaScript.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends redis-server tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production REAGENT_DATA_DIR=/data REAGENT_CONFIG=/etc/reagent/reagent.yaml
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY jobs ./jobs
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 3000
ENTRYPOINT ["tini", "--", "node", "src/main.ts"]
CMD ["start"]
