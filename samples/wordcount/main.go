// Command wordcount counts lines, words and characters, as wc does.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"unicode"
)

// version is set at build time: -ldflags "-X main.version=1.2.3".
var version = "dev"

type counts struct{ lines, words, characters int }

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: wordcount [--version] [FILE]...")
		fmt.Fprintln(flag.CommandLine.Output(), "Counts lines, words and characters; standard input where no file is named.")
		flag.PrintDefaults()
	}
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()

	if *showVersion {
		fmt.Println("wordcount", version)
		return
	}
	if flag.NArg() == 0 {
		report(os.Stdin, "")
		return
	}
	for _, name := range flag.Args() {
		file, err := os.Open(name)
		if err != nil {
			fail(err)
		}
		report(file, name)
		file.Close()
	}
}

func report(r io.Reader, name string) {
	c, err := count(r)
	if err != nil {
		fail(err)
	}
	fmt.Printf("%7d %7d %7d %s\n", c.lines, c.words, c.characters, name)
}

func count(r io.Reader) (counts, error) {
	var c counts
	inWord := false
	reader := bufio.NewReader(r)
	for {
		char, _, err := reader.ReadRune()
		if err == io.EOF {
			return c, nil
		}
		if err != nil {
			return c, err
		}
		c.characters++
		if char == '\n' {
			c.lines++
		}
		if unicode.IsSpace(char) {
			inWord = false
		} else if !inWord {
			inWord = true
			c.words++
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "wordcount:", err)
	os.Exit(1)
}
