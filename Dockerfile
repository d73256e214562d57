# Segue with everything installed and the canvas built; PostgreSQL and Redis come from compose.yaml.
FROM python:3.13-slim-bookworm

RUN useradd --create-home --uid 1000 segue \
    && install --directory --owner=segue --group=segue /app /data
USER segue
WORKDIR /app
COPY --chown=segue:segue . .
RUN python3 manage.py install
ENV SEGUE_DATA=/data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["python3", "manage.py", "up", "--host", "0.0.0.0", "--no-browser"]
