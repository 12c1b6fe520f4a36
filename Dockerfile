# qdiffgui on the CPU, as a user without rights.
#   docker build -t qdiffgui .
#   docker run --rm -p 127.0.0.1:8866:8866 -v qdiffgui-runs:/home/qdiffgui/runs qdiffgui
# prints the address with its token.
FROM python:3.13-slim
RUN useradd --create-home --uid 1000 qdiffgui
USER qdiffgui
WORKDIR /home/qdiffgui
COPY --chown=qdiffgui . source
RUN mkdir runs && sh source/deploy/install.sh source app && rm -rf source .cache/pip .cache/uv
ENV PATH=/home/qdiffgui/app/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    QDIFFGUI_RUNS=/home/qdiffgui/runs
VOLUME /home/qdiffgui/runs
EXPOSE 8866
STOPSIGNAL SIGINT
CMD ["qdiffgui", "app", "--no-browser", "--host", "0.0.0.0", "--port", "8866"]
