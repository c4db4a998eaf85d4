FROM debian:bookworm-slim AS build
LABEL z="last"
LABEL a="first" z="again"
ENV A=1
ENV B=$A C="two words" D=three\ words
HEALTHCHECK CMD ["true"]
HEALTHCHECK --interval=5s CMD ["false"]
ENTRYPOINT ["cat"]
ENTRYPOINT ["echo"]
RUN mkdir -p /out   /other && printf '%s\n' "  spaces   stay  " > /out/text   
RUN mkdir -p /x /y && touch /x/1 && touch /y/2; echo a b c > /z
STOPSIGNAL sigint

FROM scratch
COPY --from=build /out /x /z /kept/
USER 65532:65532
VOLUME /data
CMD ["/kept/text"]
ENTRYPOINT ["/kept/run"]
ONBUILD copy a.txt /kept/
