// Command cut prints the terms of its argument, with its dictionaries kept in
// the folder that SCRATCH names. TestMovedBinary runs it without a module cache.
package main

import (
	"fmt"
	"os"

	"github.com/yanyiwu/gojieba"

	"precedent/indexer/segment"
)

func main() {
	// The module cache is known by its absolute path, which must lead nowhere.
	gojieba.DICT_PATH = os.Getenv("GOMODCACHE") + "/jieba.dict.utf8"
	s, err := segment.New(segment.Config{Scratch: os.Getenv("SCRATCH")})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, t := range s.Append(nil, os.Args[1]) {
		fmt.Println(t.Text)
	}
}
