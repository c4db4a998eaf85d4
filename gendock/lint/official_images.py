"""The names of Docker's official images."""

from __future__ import annotations

# As of 2026-11, with those that are no longer made. Source: the folder library of
# github.com/docker-library/official-images.
_NAMES = """
    adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux
    backdrop bash bonita buildpack-deps busybox
    caddy cassandra celery centos chronograf cirros clearlinux clefos clickhouse clojure composer consul
    convertigo couchbase couchdb crate crux
    dart debian django docker drupal
    eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx erlang euleros express-gateway
    fedora flink fluentd friendica fsharp
    gazebo gcc geonetwork ghost glassfish golang gradle groovy
    haproxy haskell haxe hello-seattle hello-world hipache hitch hola-mundo httpd hylang
    ibm-semeru-runtimes ibmjava influxdb iojs irssi
    java jenkins jetty jobber joomla jruby julia
    kaazing-gateway kapacitor kibana known kong
    krakend lightstreamer liquibase logstash
    mageia mariadb matomo maven mediawiki memcached mongo mongo-express monica mono mysql
    nats nats-streaming nextcloud neo4j neurodebian nginx node notary nuodb nuxeo
    odoo open-liberty openjdk opensuse oraclelinux orientdb owncloud
    percona perl photon php php-zendserver phpmyadmin piwik plone postfixadmin postgres
    pypy python
    r-base rabbitmq rails rakudo-star rapidoid redis redmine registry rethinkdb rocket.chat rockylinux ros
    ruby rust
    sapmachine satosa sentry silverpeas sl solr sonarqube sourcemage spark spiped storm swarm swift
    swipl
    teamspeak telegraf thrift tomcat tomee traefik
    ubuntu ubuntu-debootstrap ubuntu-upstart unit
    varnish vault
    websphere-liberty wordpress
    xwiki
    yourls
    znc zookeeper
"""
OFFICIAL_IMAGES = frozenset(_NAMES.split())
# Those whose own command is a shell or an interpreter: without a program of one's own, they are tools.
_TOOLS = """
    almalinux alpine alt amazoncorretto amazonlinux archlinux
    bash buildpack-deps busybox
    centos cirros clearlinux clefos clojure
    dart debian
    eclipse-temurin elixir erlang euleros
    fedora fsharp
    gcc golang groovy
    haskell haxe hylang
    ibm-semeru-runtimes ibmjava iojs
    java jruby julia
    mageia mono
    neurodebian node
    openjdk opensuse oraclelinux
    perl photon php pypy python
    r-base rakudo-star rockylinux ros ruby rust
    sapmachine sl sourcemage swift swipl
    ubuntu ubuntu-debootstrap
"""
# Those that make programs out of source: nobody starts them for what they hold.
TOOLCHAINS = frozenset(
    {"buildpack-deps", "dart", "gcc", "golang", "gradle", "haskell", "maven", "rust", "swift"}
)
SHELLS_AND_INTERPRETERS = frozenset(_TOOLS.split())
