module example.com/vendored

go 1.26

require example.net/plural v1.2.0
