module example.com/udp-echo

go 1.26
