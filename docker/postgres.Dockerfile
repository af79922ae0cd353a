# PostgreSQL 18 with pg_trgm and pgvector: the same packages as the private root (scripts/start).
ARG BASE=debian:forky-slim
FROM ${BASE}
COPY docker/dpkg.cfg /etc/dpkg/dpkg.cfg.d/hotline

# The user comes before the package, so that its number is ours: volumes and secrets are owned by number.
RUN groupadd --gid 12001 postgres \
 && useradd --uid 12001 --gid postgres --home-dir /var/lib/postgresql --no-create-home --shell /usr/sbin/nologin postgres \
 && mkdir -p /etc/postgresql-common \
 && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-18 postgresql-18-pgvector \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o postgres -g postgres -m 0700 /var/lib/postgresql/hotline \
 && install -d -o postgres -g postgres -m 0755 /run/postgresql

ENV PATH=/usr/lib/postgresql/18/bin:$PATH LANG=C.UTF-8
COPY docker/postgres/ scripts/lib/mask-log.pl /usr/local/lib/hotline/

USER postgres
EXPOSE 5432
# A fast shutdown: sessions are told to go, what is committed stays.
STOPSIGNAL SIGINT
ENTRYPOINT ["/usr/local/lib/hotline/postgres-start"]
HEALTHCHECK --interval=3s --timeout=3s --start-period=60s --retries=10 \
  CMD ["pg_isready", "--quiet", "--host=127.0.0.1", "--username=hotline_app", "--dbname=hotline"]
