FROM debian:bookworm-slim
SHELL ["/bin/bash", "-c"]
WORKDIR /srv
COPY a.txt    /srv/
COPY *.txt    /srv
RUN wc -c a.txt > size ; \
  # a comment
  cat size>>sizes && cat size >>sizes

RUN if [ -f a.txt ]; then cp a.txt c.txt; else false; fi
RUN if ! getent passwd app; then useradd -u 2000000 -M app -l; fi
RUN ["bash", "-c", "echo exec > /exec"]
RUN if false; then apt install zlib1g curl; yum install git; dnf install b a; zypper install c; wget a.b/c; fi
RUN if false; then apt-get install git curl; fi && echo "done"   > log
ENV ONE=1 \
    TWO="2 and $ONE" \

    THREE='3'
ARG  VERSION=1
ARG OTHER
RUN echo "$VERSION-$OTHER" > version   
EXPOSE 8080
EXPOSE 8080/tcp 9090/TCP
STOPSIGNAL 2
CMD ["echo"]
CMD ["cat"]
