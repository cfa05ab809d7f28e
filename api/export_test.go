package api

import "regexp"

var colon = regexp.MustCompile(`:(\w+)`)

// Routes lists "METHOD path" of everything served, paths as OpenAPI writes them.
func (s *Server) Routes() []string {
	var out []string
	for _, r := range s.router.Routes() {
		out = append(out, r.Method+" "+colon.ReplaceAllString(r.Path, "{$1}"))
	}
	return out
}

// OpenAPI is the description as it is served.
var OpenAPI = openapiDocument
