# The web server, the worker and the beat: one image, three commands (docker-compose.yml).

FROM node:22-slim AS assets
WORKDIR /app
COPY . .
RUN scripts/assets

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BIND=0.0.0.0:8000
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin followthrough
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY . .
COPY --from=assets /app/build build
RUN python manage.py collectstatic --no-input \
    && mkdir --parents var/files \
    && chown --recursive followthrough var
USER 10001:10001
VOLUME /app/var
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "scripts/healthy.py"]
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
