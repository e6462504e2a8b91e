# One image for the application, the worker and every management command.
#   docker build --tag mogontia .
FROM python:3.11-slim-trixie AS build

ENV PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /app
# Before the source, so that a change of the source does not install everything again.
COPY requirements/base.txt requirements/base.txt
RUN pip install --require-hashes --requirement requirements/base.txt
COPY . .
# Static files and translations need no secret and no server; these values exist only in this step.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=localhost SITE_URL=https://localhost DATABASE_URL=sqlite:////tmp/build.sqlite3 \
    STATIC_ROOT=/static DJANGO_SETTINGS_MODULE=cms.settings.production \
    sh -c 'pybabel --quiet compile -d locale -D django && pybabel --quiet compile -d locale/allauth -D django && python manage.py collectstatic --no-input --verbosity 0'


FROM python:3.11-slim-trixie

# pg_dump and pg_restore for "manage.py dump" and "restore", not older than the server; Pango for PDFs of forms.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /app --shell /usr/sbin/nologin mogontia \
    && install --directory --owner mogontia --group mogontia /media /backup /work
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build /static /static
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=cms.settings.production \
    STATIC_ROOT=/static \
    MEDIA_ROOT=/media \
    WEB_CONCURRENCY=3
WORKDIR /app
USER mogontia
VOLUME ["/media", "/backup", "/work"]
EXPOSE 8000
# The host name must be an allowed one, as for every request.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "bin/healthcheck"]
# Threads, because a request mostly waits for the database; /dev/shm, because a slow disk must not
# make the master believe that a worker hangs.
CMD ["gunicorn", "cms.wsgi", "--bind", "0.0.0.0:8000", "--threads", "4", "--worker-tmp-dir", "/dev/shm", \
     "--max-requests", "2000", "--max-requests-jitter", "200", "--access-logfile", "-"]
