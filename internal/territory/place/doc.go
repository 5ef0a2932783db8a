// Package place finds the commune that people mean by a place: "69 - LYON 08", "Bron (69500)", "62 avenue de
// Fontainebleau 94270 LE KREMLIN-BICETRE", a postal code, a commune code, a point. It knows names and codes, and says
// how it came to its answer; where several communes are meant it gives all of them, so that an area they share is still
// found.
package place
