# Ringdown in an image: built with upstream's packages, served by a user that may write to /data alone.
#
#     docker build -t ringdown .
#     docker run -p 8000:8000 -v ringdown:/data -e JWT_SECRET="$(openssl rand -base64 48)" ringdown
#
# docs/deploy.md says the rest.

FROM denoland/deno:alpine-2.9.6 AS build
WORKDIR /app
COPY . .
# The lock that the build completed goes along: what is served is what was built with.
RUN deno task build \
  && cp .data/locks/*.json deno.lock \
  && deno cache --lock=deno.lock --frozen=false _fresh/server.js

FROM denoland/deno:alpine-2.9.6
WORKDIR /app
COPY --from=build --chown=deno:deno /deno-dir /deno-dir
COPY --from=build /app/deno.json /app/deno.lock /app/main.ts ./
COPY --from=build /app/_fresh _fresh
COPY --from=build /app/components components
COPY --from=build /app/islands islands
COPY --from=build /app/lib lib
COPY --from=build /app/routes routes
COPY --from=build /app/static static
RUN mkdir /data && chown deno:deno /data

ENV RINGDOWN_ENV=production \
  HOST=0.0.0.0 \
  PORT=8000 \
  DENO_KV_URL=/data/ringdown.kv \
  DENO_NO_UPDATE_CHECK=1
USER deno
EXPOSE 8000
VOLUME /data

# Both SIGINT and SIGTERM make it tell its clients to move, and end within 5 s.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD wget -q -O /dev/null "http://127.0.0.1:$PORT/healthz" || exit 1

# The image's entry point is tini: it hands signals on. `exec` leaves no shell between it and the server.
CMD ["sh", "-c", "exec deno serve --no-prompt --cached-only --frozen --lock=deno.lock --allow-net --allow-env --allow-read --allow-write=/data --host=$HOST --port=$PORT _fresh/server.js"]
