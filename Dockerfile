FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

# For back_up and restore_backup: pg_dump of the server's own version, from PostgreSQL's archive.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-18 && rm -rf /var/lib/apt/lists/*

COPY requirements/base.txt requirements/
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt

COPY . .
RUN python -m clinic.translations
# Collecting reads the settings, which insist on an environment; nothing of this one stays in the image.
RUN SECRET="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
    && SECRET_KEY="$SECRET" TOKEN_PEPPERS="$SECRET" SITE_URL=http://localhost \
    FIELD_KEYS="$(python -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())')" \
    DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost EMAIL_URL=smtp://localhost:1 \
    EMAIL_FROM=nobody@example.org python manage.py collectstatic --no-input \
    && useradd --system --no-create-home --shell /usr/sbin/nologin mendline \
    && chown mendline var
USER mendline

ENV GUNICORN_CMD_ARGS="--bind=0.0.0.0:8000 --worker-tmp-dir=/dev/shm"
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-c", "import os; from urllib import parse, request; request.urlopen(request.Request('http://127.0.0.1:8000/healthz', headers={'Host': parse.urlsplit(os.environ['SITE_URL']).netloc}), timeout=4)"]
CMD ["python", "-m", "gunicorn", "clinic.wsgi:application", "--config", "python:clinic.web_server", "--workers", "2", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
