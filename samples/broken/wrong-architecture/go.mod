module example.com/wrong-architecture

go 1.26
