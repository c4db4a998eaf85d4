module example.com/old-toolchain

go 1.99
