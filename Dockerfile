# Baton in a container: non-root, fit for a read-only root file system, all data in /data.
#
#   docker build -t baton .
#   docker run --init -p 8080:8080 -v baton-data:/data baton       embedded PostgreSQL in /data
#   docker run -p 8080:8080 --env-file .env baton                  a server of your own
#
# Without BATON_DATABASE_URL only one container may use a /data volume.

FROM python:3.11-slim-bookworm AS base

# The project as a wheel. The build backend is pinned in requirements-dev.txt; this stage is thrown away.
FROM base AS wheel
WORKDIR /build
COPY requirements-dev.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY connectors ./connectors
COPY mappings ./mappings
COPY migrations ./migrations
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheel .

# What runs: the pinned dependencies and the wheel, in an environment of their own.
FROM base AS venv
RUN python -m venv /opt/baton
COPY requirements.txt ./
RUN /opt/baton/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
      -r requirements.txt
COPY --from=wheel /wheel /wheel
RUN /opt/baton/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation \
      /wheel/*.whl

FROM base
RUN groupadd --system --gid 10001 baton \
    && useradd --system --uid 10001 --gid baton --home-dir /data --no-create-home \
      --shell /usr/sbin/nologin baton \
    && install -d -o baton -g baton -m 0750 /data
COPY --from=venv /opt/baton /opt/baton
ENV PATH=/opt/baton/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BATON_DATA_DIR=/data \
    NICEGUI_STORAGE_PATH=/data/pages
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080
# Alive, not ready: a database that is away must not get the container killed.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"BATON_PORT\", \"8080\")}/healthz', timeout=4)"]
ENTRYPOINT ["baton"]
CMD ["serve", "--host", "0.0.0.0"]
