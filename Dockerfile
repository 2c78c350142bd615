# amd64 only: pysqlite3 ships no Linux arm64 wheel.
FROM node:24-slim AS frontend
WORKDIR /app/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npx vite build

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY manage.py ./
COPY reelballers reelballers
COPY mail mail
COPY wallet wallet
COPY exports exports
COPY accounts accounts
COPY operators operators
COPY sandbox sandbox
COPY templates templates
COPY --from=frontend /app/frontend/dist frontend/dist
RUN python -m compileall -q reelballers mail wallet exports accounts operators sandbox \
 && APP_URL=http://localhost DATA_DIR=/tmp/build python manage.py collectstatic --noinput >/dev/null \
 && rm -rf /tmp/build
ENV HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
EXPOSE 8080
CMD ["python", "-m", "reelballers.serve"]
