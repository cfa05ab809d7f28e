//go:build ignore

// This program copies jieba's dictionary and its licences out of gojieba's
// module into a folder, dict unless another is named, where the next build
// embeds them:
//
//	go run gen_dict.go [folder]
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	to := "dict"
	if len(os.Args) > 1 {
		to = os.Args[1]
	}
	if err := copyDictionary(to); err != nil {
		log.Fatal(err)
	}
}

func copyDictionary(to string) error {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yanyiwu/gojieba").Output()
	module := strings.TrimSpace(string(out))
	if err != nil || module == "" {
		return fmt.Errorf("gojieba's module is not here (%v): run `go mod download`", err)
	}
	jieba := filepath.Join(module, "deps", "cppjieba")
	for name, from := range map[string]string{
		"LICENSE.gojieba":  filepath.Join(module, "LICENSE"),
		"LICENSE.cppjieba": filepath.Join(jieba, "LICENSE"),
	} {
		text, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil {
			return err
		}
	}
	words, err := os.ReadFile(filepath.Join(jieba, "dict", "jieba.dict.utf8"))
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(words); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "jieba.dict.utf8.gz"), packed.Bytes(), 0o644)
}
