// Package architecture holds no code, only the test that keeps the rooms apart: which package may
// import which, as docs/architecture.md draws it.
package architecture
