# Redis 8: the same package as the private root (scripts/start).
ARG BASE=debian:forky-slim
FROM ${BASE}
COPY docker/dpkg.cfg /etc/dpkg/dpkg.cfg.d/hotline

RUN groupadd --gid 12002 redis \
 && useradd --uid 12002 --gid redis --home-dir /var/lib/redis --no-create-home --shell /usr/sbin/nologin redis \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server redis-tools \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o redis -g redis -m 0700 /var/lib/redis /run/redis

COPY docker/redis/ /usr/local/lib/hotline/

USER redis
EXPOSE 6379
ENTRYPOINT ["/usr/local/lib/hotline/redis-start"]
HEALTHCHECK --interval=3s --timeout=3s --start-period=30s --retries=10 \
  CMD ["/usr/local/lib/hotline/redis-healthy"]
