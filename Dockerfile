# One image for the web server, the worker and beat; docker-compose.yml says which is which.
# Python 3.11 on Debian 12 is what the tests run on.
FROM python:3.11-slim-bookworm

# What WeasyPrint draws with, and the font family of the PDF.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-noto-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app

COPY requirements/base.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/base.txt

COPY . .
# A public portal serves these with a hash in their names; the address and the key are needed for nothing else.
# The settings close new files to other users, and it is another user who serves these.
RUN SITE_URL=https://build.invalid SECRET_KEY=build VAR_DIR=/tmp/build \
        python manage.py collectstatic --noinput \
    && chmod -R a+rX staticfiles \
    && rm -r /tmp/build

# The portal writes into var/ and nowhere else.
RUN useradd --uid 1000 --no-create-home --shell /usr/sbin/nologin portal \
    && install --directory --owner portal --group portal --mode 750 var
USER portal

EXPOSE 8000
CMD ["gunicorn", "tracekei.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
