package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"precedent/api"
)

func TestOnlyLoopbackMayBeListenedOn(t *testing.T) {
	for addr, ok := range map[string]bool{
		"127.0.0.1:8080": true, "127.0.0.1:0": true, "[::1]:8080": true, "localhost:8080": true, "127.8.9.10:1": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.168.1.1:8080": false, "8.8.8.8:80": false,
		"127.0.0.1": false, "": false, "no such host.invalid:80": false,
	} {
		err := api.CheckListen(addr)
		if ok {
			require.NoError(t, err, addr)
			continue
		}
		require.ErrorContains(t, err, "127.0.0.1", addr)
	}
	require.ErrorContains(t, api.CheckListen("0.0.0.0:8080"), "no sign-in")
	_, err := api.New(api.Config{Listen: "0.0.0.0:80"})
	require.Error(t, err)
}

// A page of evil.example whose name is pointed at 127.0.0.1 sends its own name
// as Host; one that posts here directly sends its Origin.
func TestOtherSitesAreRefused(t *testing.T) {
	s := start(t)
	host := s.url[len("http://"):]
	tests := []struct {
		name   string
		header []string
		get    int
		post   int
	}{
		{"a program", nil, 200, 200},
		{"localhost", []string{"Host", "localhost:8080"}, 200, 200},
		{"localhost in capitals", []string{"Host", "LOCALHOST"}, 200, 200},
		{"IPv6", []string{"Host", "[::1]:8080"}, 200, 200},
		{"IPv6 without a port", []string{"Host", "[::1]"}, 200, 200},
		{"own page", []string{"Origin", s.url, "Sec-Fetch-Site", "same-origin"}, 200, 200},
		{"rebound name", []string{"Host", "evil.example:8080"}, 421, 421},
		{"name that begins like ours", []string{"Host", "127.0.0.1.evil.example"}, 421, 421},
		{"name that ends like ours", []string{"Host", "evil.localhost"}, 421, 421},
		{"an address of the network", []string{"Host", "192.168.1.1"}, 421, 421},
		{"another site's page", []string{"Origin", "http://evil.example"}, 403, 403},
		{"another port's page", []string{"Origin", "http://127.0.0.1:1"}, 403, 403},
		{"a page without origin", []string{"Origin", "null"}, 403, 403},
		{"our name, other scheme", []string{"Origin", "ftp://" + host}, 403, 403},
		{"a form of another site", []string{"Sec-Fetch-Site", "cross-site"}, 200, 403},
		{"a form of another port", []string{"Sec-Fetch-Site", "same-site"}, 200, 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &service{t: t, url: s.url}
			require.Equal(t, test.get, s.do("GET", "/readyz", nil, test.header...).status)
			r := s.do("POST", searchPath, obj{"text": "691"}, test.header...)
			require.Equal(t, test.post, r.status)
			if test.post != 200 {
				r.problem(t)
			}
		})
	}
}

func TestAnswersCarryTheHeadersThatKeepBrowsersSafe(t *testing.T) {
	s := start(t)
	for _, path := range []string{"/healthz", "/", searchPath, "/none"} {
		h := s.do("GET", path, nil).header
		require.Contains(t, h.Get("Content-Security-Policy"), "default-src 'self'", path)
		require.Contains(t, h.Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
		require.NotContains(t, h.Get("Content-Security-Policy"), "unsafe", path)
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		require.NotEmpty(t, h.Get("Referrer-Policy"), path)
	}
	require.Equal(t, "no-store", s.do("POST", searchPath, obj{"text": "691"}).header.Get("Cache-Control"))
}
