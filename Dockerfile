# The site in a container: docker build -t polls . What it needs from the environment is in docs/deploy/README.md.

FROM python:3.12-slim AS packages

RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt /
# Each file has the hash that was reviewed, and nothing is compiled here.
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary=:all: -r /requirements.txt


FROM python:3.12-slim

RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin site
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 GRANIAN_WORKERS=2
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/polls
COPY . .
# A secret of this line alone: the settings want one, and no file that is collected depends on it.
RUN SECRET_KEY=thrown-away-when-the-static-files-are-collected-0123456789 ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --no-input -v0

USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=8s --start-period=20s \
    CMD ["python", "docs/deploy/healthy.py", "http://127.0.0.1:8000/healthz"]
CMD ["granian", "--host", "0.0.0.0", "--port", "8000", "--interface", "wsgi", "--http", "1", "--no-ws", "--blocking-threads", "96", "--respawn-failed-workers", "--http1-header-read-timeout", "10000", "--workers-kill-timeout", "10", "project.wsgi:application"]
