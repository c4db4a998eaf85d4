module example.com/module-below/service

go 1.25

toolchain go1.26.0

godebug panicnil=0

tool example.com/module-below/service/internal/stamp
