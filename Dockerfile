# `make test-image` takes these very steps where there is no Docker. amd64 only: pysqlite3 has no Linux arm64 wheel.
# By digest where a registry can be asked: docker build --build-arg BASE=debian:trixie-slim@sha256:… .
ARG BASE=debian:trixie-slim

FROM ${BASE} AS build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv ca-certificates
WORKDIR /build
COPY requirements.txt requirements-build.txt ./
RUN python3 -m venv /opt/tools && python3 -m venv --without-pip /opt/venv \
 && /opt/tools/bin/pip install -q --no-cache-dir --require-hashes --only-binary :all: -r requirements-build.txt \
 && /opt/tools/bin/pip --python /opt/venv/bin/python install -q --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt
COPY frontend frontend
COPY image image
RUN PYTHON=/opt/tools/bin/python sh frontend/build.sh \
 && /opt/venv/bin/python image/notices.py frontend >THIRD_PARTY_NOTICES.txt

FROM ${BASE}
# tzdata: statements are in the visitor's time zone. ca-certificates: the backup's, which is no Python.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3 ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --shell /usr/sbin/nologin app \
 && mkdir /data && chown 10001:10001 /data
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /build/frontend/dist frontend/dist
COPY --from=build /build/THIRD_PARTY_NOTICES.txt ./
COPY manage.py LICENSE ./
COPY reelballers reelballers
COPY accounts accounts
COPY mail mail
COPY wallet wallet
COPY exports exports
COPY operators operators
COPY sandbox sandbox
COPY templates templates
# The code is root's and is only read from here on.
RUN python -m compileall -q . && DATA_DIR=/tmp/build python manage.py collectstatic --noinput >/dev/null
ENV HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
EXPOSE 8080
USER 10001:10001
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["python", "-m", "reelballers.healthcheck"]
CMD ["python", "-m", "reelballers.serve"]
