# The application: switchboard (as a few files, scripts/lib/make-program.ts), worker, api and the commands, with its own Node from
# package-lock.json. espeak-ng and sox render the prompts.
ARG BASE=debian:forky-slim

FROM ${BASE} AS packages
COPY docker/dpkg.cfg /etc/dpkg/dpkg.cfg.d/hotline
# This Node only runs npm; the application's own comes from package-lock.json.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nodejs ca-certificates \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/*
ARG NPM_VERSION=11.19.1
ARG NPM_INTEGRITY=sha512-ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g==
WORKDIR /opt
COPY docker/fetch-npm.mjs ./
RUN --mount=type=secret,id=npmrc,target=/run/secrets/npmrc \
    --mount=type=secret,id=npm-authority,target=/run/secrets/npm-authority \
    NPM_CONFIG_USERCONFIG=/run/secrets/npmrc NODE_EXTRA_CA_CERTS=/run/secrets/npm-authority NODE_USE_ENV_PROXY=1 \
    node fetch-npm.mjs "$NPM_VERSION" "$NPM_INTEGRITY"
WORKDIR /srv/hotline
COPY package.json package-lock.json .npmrc ./
# No install script is run: none is needed (node-linux-* holds a finished binary), and none can then do harm.
RUN --mount=type=secret,id=npmrc,target=/run/secrets/npmrc \
    --mount=type=secret,id=npm-authority,target=/run/secrets/npm-authority \
    --mount=type=cache,target=/var/cache/npm \
    NPM_CONFIG_USERCONFIG=/run/secrets/npmrc NPM_CONFIG_CACHE=/var/cache/npm \
    node /opt/npm/bin/npm-cli.js ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error \
 && node_modules/.bin/node --version \
 && rm -rf node_modules/node-linux-*/include node_modules/node-linux-*/share
COPY scripts/lib/make-program.ts scripts/lib/
COPY src src
# What made the program is not needed where it runs.
RUN node_modules/.bin/node scripts/lib/make-program.ts /srv/hotline/program \
 && rm -rf node_modules/rolldown node_modules/@rolldown node_modules/@oxc-project node_modules/.bin/rolldown

FROM ${BASE}
COPY docker/dpkg.cfg /etc/dpkg/dpkg.cfg.d/hotline
RUN groupadd --gid 12003 asterisk \
 && groupadd --gid 12004 hotline \
 && useradd --uid 12004 --gid hotline --groups asterisk --home-dir /srv/hotline --no-create-home --shell /usr/sbin/nologin hotline \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends espeak-ng sox ca-certificates \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o hotline -g hotline -m 0700 /var/lib/hotline/journal \
 && install -d -o hotline -g hotline -m 0755 /var/cache/hotline \
 && install -d -o hotline -g asterisk -m 2750 /var/lib/hotline/asterisk /var/lib/hotline/prompts
WORKDIR /srv/hotline
COPY --from=packages /srv/hotline/node_modules node_modules
COPY --from=packages /srv/hotline/program program
COPY package.json ./
COPY migrations migrations
COPY asterisk-config asterisk-config
COPY src src
ENV PATH=/srv/hotline/node_modules/.bin:$PATH NODE_ENV=production LANG=C.UTF-8 NODE_COMPILE_CACHE=/var/cache/hotline
USER hotline
# What is compiled here need not be when a container is started anew: its root is read-only. Each ends for want of its settings.
RUN for main in program/*.mjs src/main/worker.ts src/main/api.ts src/main/rescue.ts; do node "$main" 2>/dev/null || true; done \
 && find /var/cache/hotline -type f | grep --quiet .
ENTRYPOINT ["node"]
