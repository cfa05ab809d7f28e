package api

import (
	"github.com/gin-gonic/gin"

	"precedent/corpus"
)

// callerOf says on whose behalf a request is made. Without sign-in the server
// is on loopback only, and whoever sits at the machine is the caller.
func callerOf(*gin.Context) corpus.Caller { return corpus.LocalCaller() }
