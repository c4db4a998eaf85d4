module example.com/front-end

go 1.26
