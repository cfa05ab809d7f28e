// Package api serves the program over HTTP: it reads requests strictly, asks
// the desk, the store or the engine, and maps what they answer, errors
// included, to JSON. openapi.json is the description of what it serves.
package api
