FROM python:3.11-slim
WORKDIR /murmuration
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && useradd --create-home murmur && mkdir /case && chown murmur /case
USER murmur
VOLUME /case
EXPOSE 8501
# Inside the container every address is the container's own; docker-compose.yml publishes it on 127.0.0.1 only.
CMD ["murmur", "app", "--case", "/case", "--port", "8501", "--address", "0.0.0.0", "--no-browser"]
