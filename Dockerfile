# The application image: `techmarket` as its entry point. Nothing is fetched at run time.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements/runtime.txt requirements/
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY market market
COPY search search
COPY matching matching
COPY api api
COPY seed seed
RUN /venv/bin/pip install --no-cache-dir --no-deps .
RUN TECHMARKET_MODEL_DIR=/models /venv/bin/techmarket model install --optional && mkdir -p /models

FROM python:3.11-slim
# A named volume takes over the owner that the folder has here.
RUN useradd --uid 10001 --create-home techmarket && install -d -o techmarket /data /backups
COPY --from=build /venv /venv
COPY --from=build /models /models
ENV PATH=/venv/bin:$PATH TECHMARKET_DATA_DIR=/data TECHMARKET_MODEL_DIR=/models PYTHONUNBUFFERED=1
USER techmarket
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["techmarket"]
CMD ["serve", "--host", "0.0.0.0"]
