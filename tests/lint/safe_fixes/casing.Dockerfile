from debian:bookworm-slim as Base
env   GREETING hello world
env PATH=$PATH:/opt/bin   EMPTY=
label  b=2   a="1 one"
LABEL c=3


RUN echo "$GREETING"   >  /greeting   && \

    chmod 640 /greeting


FROM --platform=$TARGETPLATFORM base AS final
WORKDIR /srv
workdir data
Copy a.txt b.txt .
ADD a.txt /srv/added.txt
EXPOSE 80/TCP 53/Udp
STOPSIGNAL 15
CMD echo one
CMD ["echo",  "two"]
