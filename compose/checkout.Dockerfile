# The sample service `checkout`, from this working copy.
FROM python:3.13.9-slim-trixie
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY runbookkit runbookkit
RUN pip install --no-cache-dir . \
 && install --directory --owner 10001 --group 10001 /data
USER 10001:10001
WORKDIR /data
ENTRYPOINT ["python", "-m", "runbookkit.sample.service"]
