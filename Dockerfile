# The package, as `npm pack` makes it, with the dependencies that the lockfile names.
FROM node:24.21.0-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json README.md LICENSE CHANGELOG.md ./
COPY engine ./engine
COPY schemas ./schemas
COPY tools ./tools
RUN npm pack
WORKDIR /build/app
RUN tar -xzf ../sluice-*.tgz --strip-components=1
RUN cp ../package-lock.json .
RUN npm ci --omit=dev --ignore-scripts

# Nothing here is written at run time but /data: run it with a read-only root file system.
FROM node:24.21.0-slim
RUN mkdir /pipelines /plugins /data
RUN chown 1000:1000 /data
COPY --from=build /build/app /app
ENV NODE_ENV=production
ENV SLUICE_CONFIG=/pipelines
ENV SLUICE_PLUGINS=/plugins
ENV SLUICE_DATA=/data
ENV SLUICE_LISTEN=0.0.0.0:8080
ENV SLUICE_HEALTH=0.0.0.0:8082
ENV SLUICE_LOG=info,json
# The user `node` of the image, as a number, so that Kubernetes can see that it is not root.
USER 1000:1000
WORKDIR /
VOLUME ["/pipelines", "/plugins", "/data"]
EXPOSE 8080 8082
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SLUICE_HEALTH.split(':').pop()}/live`).then(reply => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/engine/sluice.js"]
CMD ["run"]
