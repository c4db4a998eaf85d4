package main

func init() {
	panic("this file is for another system")
}
