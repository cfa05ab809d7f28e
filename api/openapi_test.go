package api_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/stretchr/testify/require"

	"precedent/api"
)

// described is the OpenAPI document and what finds an operation in it. Loading
// it checks that it is valid, its examples included.
var described = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation())
})

var router = sync.OnceValues(func() (routers.Router, error) {
	doc, err := described()
	if err != nil {
		return nil, err
	}
	return legacy.NewRouter(doc)
})

func TestTheDescriptionIsValidOpenAPI(t *testing.T) {
	_, err := described()
	require.NoError(t, err)
	s := start(t)
	r := s.do("GET", "/api/v1/openapi.json", nil)
	require.Equal(t, 200, r.status)
	require.Equal(t, string(api.OpenAPI), string(r.body))
}

func TestTheDescriptionAndTheRoutesAgree(t *testing.T) {
	doc, err := described()
	require.NoError(t, err)
	var told []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			told = append(told, method+" "+path)
		}
	}
	var served []string
	for _, r := range start(t).server.Routes() {
		_, path, _ := strings.Cut(r, " ")
		if strings.HasPrefix(path, "/api/") || path == "/healthz" || path == "/readyz" || path == "/metrics" || strings.HasPrefix(path, "/problems/") {
			served = append(served, r)
		}
	}
	slices.Sort(told)
	slices.Sort(served)
	require.Equal(t, told, served)
}

// Every field, parameter and operation tells its reader what it means.
func TestTheDescriptionDescribes(t *testing.T) {
	doc, err := described()
	require.NoError(t, err)
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			require.NotEmpty(t, op.Summary, "%s %s", method, path)
			require.NotEmpty(t, op.Description, "%s %s", method, path)
		}
	}
	for name, schema := range doc.Components.Schemas {
		for field, p := range schema.Value.Properties {
			if p.Ref == "" {
				require.NotEmpty(t, p.Value.Description, "%s.%s", name, field)
			}
		}
	}
}

// contract holds a request that succeeded, and every answer, against the
// description. Paths that it does not have must be refused.
func contract(t *testing.T, req *http.Request, r reply) {
	t.Helper()
	found, err := router()
	require.NoError(t, err)
	req.URL.Scheme, req.URL.Host = "", ""
	route, params, err := found.FindRoute(req)
	if err != nil || strings.HasSuffix(req.URL.Path, "/") || params["id"] == "" && strings.Contains(route.Path, "{id}") {
		return // a page, or a path or method that there is not
	}
	ctx := context.Background()
	in := &openapi3filter.RequestValidationInput{Request: req, Route: route, PathParams: params,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}}
	if r.status < 300 {
		require.NoError(t, openapi3filter.ValidateRequest(ctx, in), "the description refuses what the server takes: %s %s", req.Method, req.URL)
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: r.status, Header: r.header,
		Body: io.NopCloser(bytes.NewReader(r.body)), Options: in.Options}
	require.NoError(t, openapi3filter.ValidateResponse(ctx, out), "%s %s: %d %s", req.Method, req.URL, r.status, r.body)
}
