//go:build ignore

// This program writes han_table.go of the segment package from Unicode's table
// of Han variants:
//
//	go run gen.go [Unihan_Variants.txt or .bz2]
package main

import (
	"log"
	"os"

	"precedent/indexer/segment/internal/unihan"
)

func main() {
	source := unihan.Source
	if len(os.Args) > 1 {
		source = os.Args[1]
	}
	table, err := unihan.Open(source)
	if err != nil {
		log.Fatalf("%v (Debian's package unicode-data has the file)", err)
	}
	if err := os.WriteFile("../../han_table.go", table.Format(), 0o644); err != nil {
		log.Fatal(err)
	}
}
