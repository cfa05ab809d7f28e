package api

import (
	_ "embed"
	"net/http"

	"github.com/gin-gonic/gin"
)

// openapiDocument describes the API (OpenAPI 3.0). A test holds it against the
// routes and against real requests and answers.
//
//go:embed openapi.json
var openapiDocument []byte

func (s *Server) description(g *gin.Context) {
	g.Header("Cache-Control", "no-cache")
	g.Data(http.StatusOK, "application/json", openapiDocument)
}
