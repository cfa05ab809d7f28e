package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"

	"precedent/corpus"
)

//go:embed static
var staticFiles embed.FS

// assets are the style sheet, the scripts and the icon. Their URLs hold a hash
// of them all, so that they can be kept for ever and yet never be old, and so
// that one script finds another by a relative URL.
type assets struct {
	version string
	files   map[string][]byte // by name
}

func loadAssets() assets {
	a := assets{files: make(map[string][]byte)}
	entries, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		panic(err) // the files are part of the program
	}
	hash := sha256.New()
	for _, e := range entries {
		data, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			panic(err)
		}
		hash.Write([]byte(e.Name()))
		hash.Write(data)
		a.files[e.Name()] = data
	}
	a.version = hex.EncodeToString(hash.Sum(nil))[:16]
	return a
}

// url is where a file is served.
func (a assets) url(name string) string { return "/static/" + a.version + "/" + name }

func serveAsset(v *visit) error {
	data, ok := v.assets.files[v.c.Param("file")]
	if !ok || v.c.Param("version") != v.assets.version {
		return corpus.ErrNotFound
	}
	v.c.Header("Cache-Control", "public, max-age=31536000, immutable")
	v.c.Header("X-Content-Type-Options", "nosniff")
	v.c.Data(http.StatusOK, contentType(v.c.Param("file")), data)
	return nil
}

// contentType does not ask the machine, whose own table may differ.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}
