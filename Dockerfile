# One image for every process of Concord: `concord registry serve`, `concord reporting serve`,
# `concord reporting project`, migrations. Base images are pinned by tag: where this was written
# no digest could be verified. Pin one (`@sha256:…`) before you rely on it.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements/uv.lock.txt requirements/run.lock.txt requirements/
# Everything is checked against the hashes of the locks.
RUN python -m venv --without-pip /venv \
    && python -m pip install --no-cache-dir --require-hashes --target /uv -r requirements/uv.lock.txt \
    && /uv/bin/uv pip sync --no-cache --python /venv/bin/python --require-hashes \
        --compile-bytecode requirements/run.lock.txt
WORKDIR /concord
COPY alembic.ini ./
COPY contracts contracts
COPY migrations migrations
COPY services services
RUN python -m compileall -q contracts migrations services \
    && printf '#!/bin/sh\nexec /venv/bin/python -m services.cli "$@"\n' > /venv/bin/concord \
    && chmod 0755 /venv/bin/concord

FROM python:3.11-slim-bookworm
# The data folders belong to the user, so that named volumes begin with the right owner.
RUN groupadd --gid 10001 concord \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin concord \
    && install -d -o concord -g concord -m 0700 /var/lib/concord /var/lib/concord/checkpoint /var/lib/concord/trail /var/lib/concord/evidence
COPY --from=build /venv /venv
COPY --from=build /concord /concord
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/concord \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /concord
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["concord"]
CMD ["--help"]
