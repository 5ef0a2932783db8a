// Package web is what people see: pages rendered on the server, in French and English, light and dark,
// complete without JavaScript.
//
// A handler is a straight line: it reads the request, asks the Reader, and returns a page (a template's
// name and what it shows) or an error. One wrapper does the rest for all of them: language and theme,
// the cache of rendered pages, compression, conditional answers, and the page that tells an error
// kindly. Handlers write no HTML; templates decide nothing about the market.
//
// Words. A visit is one request with its reader's choices. An edition is a nomenclature × level × year
// there are cells for (market.Edition). A twin is the table that says the same as a map or chart.
//
// Pages change only when the cells do, so a rendered page is kept under (cell version, address,
// language, theme) and answered from memory until the version changes.
//
// The package imports no database. Figures drawn as SVG come from web/figure.
package web
