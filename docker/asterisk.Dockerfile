# Asterisk 22 from Debian: the same package as the private root (scripts/start). It holds no configuration: that is
# rendered into a volume by the application (docker-compose.yml, prepare).
ARG BASE=debian:forky-slim
FROM ${BASE}
COPY docker/dpkg.cfg /etc/dpkg/dpkg.cfg.d/hotline

# The user comes before the package, so that its number is ours: volumes are owned by number.
RUN groupadd --gid 12003 asterisk \
 && useradd --uid 12003 --gid asterisk --home-dir /var/lib/asterisk --no-create-home --shell /usr/sbin/nologin asterisk \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends asterisk \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /etc/asterisk \
 && install -d -o asterisk -g asterisk -m 0750 /var/log/asterisk /var/cache/asterisk /run/asterisk \
 && chown -R asterisk:asterisk /var/lib/asterisk /var/spool/asterisk \
 # Both are volumes that the application (user 12004) fills and this user's group reads: docker/app.Dockerfile has the same.
 && install -d -o 12004 -g asterisk -m 2750 /etc/asterisk /usr/share/asterisk/sounds/hotline

COPY docker/asterisk/ scripts/lib/mask-log.pl /usr/local/lib/hotline/

USER asterisk
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/lib/hotline/asterisk-start"]
HEALTHCHECK --interval=3s --timeout=5s --start-period=60s --retries=10 \
  CMD ["/usr/local/lib/hotline/asterisk-healthy"]
