// Package api answers programs: the radar as JSON and CSV under /api/v1.
//
// It is an adapter. It reads a request into a question of the domain, asks a Reader, and writes the
// answer; every rule about the labour market is elsewhere. openapi.yaml in this folder is the contract:
// a test holds the routes, their parameters and real answers against it.
//
// Conventions. A list is {"data": […]}; a list that is cut also has "limit", "offset" and "next". Numbers that are
// absent are null; those the producer withholds under statistical secrecy are null too, and "secret"
// names them: they are never 0. Codes stand as their producers write them, beside the IDs of Filière that
// name them for ever. Errors are application/problem+json (RFC 9457) with the fault's code and a hint.
package api
